-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._check_enqueue(
    p_queue text, p_handler text, p_priority integer, p_max_attempts integer, p_account_id uuid)
returns void
language plpgsql stable
as $$
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
$$;

comment on function jobs._check_enqueue(text, text, integer, integer, uuid) is
    'Raises what is wrong with a request to enqueue: TB001 for an argument, TB002 for an unknown queue or handler, 42501 without the right to trade for the account.';
