-- daybook mirror: function market._numbered(p_stream text)

CREATE OR REPLACE FUNCTION market._numbered(p_stream text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_stream is null or p_stream not in ('trades', 'agg_trades') then
        raise exception 'p_stream is not numbered without gaps: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001', hint = 'Venues do so with trades and agg_trades; the ids of others leave out numbers.';
    end if;
end
$function$;

alter function market._numbered(p_stream text) owner to daybook_api;

comment on function market._numbered(p_stream text) is 'Passes when a venue numbers the rows of the stream one after the other; else raises TB001.';

revoke execute on function market._numbered(p_stream text) from public;
grant execute on function market._numbered(p_stream text) to daybook_owner;
