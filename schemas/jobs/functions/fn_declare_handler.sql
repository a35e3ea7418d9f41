-- daybook mirror: function jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    perform util.require_text('p_description', p_description, 1000);
    perform util.require_text('p_what', p_what, 2000);
    if p_handler is null or p_handler !~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$' or length(p_handler) > 100 then
        raise exception 'argument p_handler is %, which is not a name of a handler', coalesce(quote_literal(left(p_handler, 40)), 'null')
            using errcode = 'TB001', hint = 'Write a lower-case word, or two joined by a dot, at most 100 characters.';
    end if;
    if p_kind is null or p_kind not in ('function', 'command', 'http') then
        raise exception 'argument p_kind is %', coalesce(quote_literal(p_kind), 'null')
            using errcode = 'TB001', hint = 'Pass function, command or http.';
    end if;
    if p_timeout is null or p_timeout not between interval '1 millisecond' and interval '30 days' then
        raise exception 'argument p_timeout is %', coalesce(p_timeout::text, 'null')
            using errcode = 'TB001', hint = 'Pass a time from a millisecond to 30 days.';
    end if;
    if p_kind = 'function' and jobs._handler_function(p_what) is null then
        raise exception 'argument p_what is %, and there is no such function', quote_literal(left(p_what, 80))
            using errcode = 'TB002', hint = 'Write the schema and the name of a function (p_args jsonb, p_ctx jsonb) that returns jsonb.';
    end if;
    if p_kind = 'http' and p_what !~ '^https?://[^[:space:]]+$' then
        raise exception 'argument p_what is %, which is not an address', quote_literal(left(p_what, 80))
            using errcode = 'TB001', hint = 'Write it from http:// or https:// on.';
    end if;

    insert into jobs.handlers as h (handler, kind, what, timeout, description, changed_at, ctx)
    values (p_handler, p_kind, p_what, p_timeout, p_description, clock_timestamp(), v_ctx)
    on conflict on constraint handlers_pkey
        do update set kind = excluded.kind, what = excluded.what, timeout = excluded.timeout, description = excluded.description,
                      version = h.version + 1, changed_at = excluded.changed_at, ctx = excluded.ctx
        where (h.kind, h.what, h.timeout, h.description) is distinct from (excluded.kind, excluded.what, excluded.timeout, excluded.description)
    returning h.version into version;
    if found then
        outcome := 'created';
        perform bus._emit_versioned('jobs.handler_declared', p_handler, version,
            jsonb_build_object('handler', p_handler, 'kind', p_kind, 'what', p_what, 'timeout', p_timeout), null, null, null, v_ctx);
    else
        outcome := 'replayed';
        select h.version into version from jobs.handlers as h where h.handler = p_handler;
    end if;
    return next;
end
$function$;

alter function jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb) owner to daybook_api;

comment on function jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb) is 'Declares what jobs of a name do, or changes it; jobs that wait do the new thing. created when something changed, replayed when it was so already. TB001 for a malformed argument, TB002 for a function that is not there. For whoever installs: who may call this decides what workers run.';

revoke execute on function jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb) from public;
grant execute on function jobs.fn_declare_handler(p_handler text, p_kind text, p_what text, p_timeout interval, p_description text, p_ctx jsonb) to daybook_owner;
