-- daybook mirror: function jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid)

CREATE OR REPLACE FUNCTION jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
    if not exists (select from jobs.queues as q where q.queue = p_queue) then
        raise exception 'argument p_queue is %, and there is no such queue', coalesce(quote_literal(p_queue), 'null')
            using errcode = 'TB002', hint = 'Make it with jobs.fn_set_queue(), or use the queue default.';
    end if;
    if not exists (select from jobs.handlers as h where h.handler = p_handler) then
        raise exception 'argument p_handler is %, which was never declared', coalesce(quote_literal(p_handler), 'null')
            using errcode = 'TB002', hint = 'Declare it with jobs.fn_declare_handler().';
    end if;
    if p_priority is null or p_priority not between 0 and 9 then
        raise exception 'argument p_priority is %', coalesce(p_priority::text, 'null')
            using errcode = 'TB001', hint = 'Pass 0, the highest, to 9.';
    end if;
    if p_max_attempts is null or p_max_attempts not between 1 and 1000 then
        raise exception 'argument p_max_attempts is %', coalesce(p_max_attempts::text, 'null')
            using errcode = 'TB001', hint = 'Pass 1 to 1000.';
    end if;
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'trade');
    end if;
end
$function$;

alter function jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid) owner to daybook_api;

comment on function jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid) is 'Raises what is wrong with a request to enqueue: TB001 for an argument, TB002 for an unknown queue or handler, 42501 without the right to trade for the account.';

revoke execute on function jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid) from public;
grant execute on function jobs._check_enqueue(p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid) to daybook_owner;
