create or replace function market._numbered(p_stream text)
returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_stream is null or p_stream not in ('trades', 'agg_trades') then
        raise exception 'p_stream is not numbered without gaps: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001', hint = 'Venues do so with trades and agg_trades; the ids of others leave out numbers.';
    end if;
end
$$;
comment on function market._numbered(text) is 'Passes when a venue numbers the rows of the stream one after the other; else raises TB001.';
