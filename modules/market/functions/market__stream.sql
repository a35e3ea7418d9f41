create or replace function market._stream(p_stream text)
returns table (
    target text, time_column text, interval_column text, id_column text, has_instrument boolean, key_columns text[], value_columns text[],
    restriction text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select s.target, s.time_column, s.interval_column, s.id_column, s.has_instrument, s.key_columns, s.value_columns,
               coalesce((select string_agg(format('t.%I = %L', c.key, c.value), ' and ' order by c.key collate "C")
                           from jsonb_each_text(s.constants) as c(key, value)), 'true')
          from ingest.streams s
         where s.stream = p_stream;
    if not found then
        raise exception 'p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001',
                  hint = 'Streams: ' || (select string_agg(s.stream, ', ' order by s.stream collate "C") from ingest.streams s) || '.';
    end if;
end
$$;
comment on function market._stream(text) is
    'Table and columns of a stream (ingest.streams) and the condition on its rows, the table called t, for statements that are put '
    'together. TB001 for what is no stream.';
