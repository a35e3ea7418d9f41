-- The merge of all streams is one, made of these pieces. In them t is the target and s the rows to be merged, and the parameters
-- are $1 batch, $2 instrument, $3 interval, $4 and $5 the oldest and the newest time of the target's rows that matter.
create or replace function ingest._stream_clauses(p_stream text)
returns table (
    target    text,
    time_name text,
    id_name   text,
    keys      text[],
    columns   text,
    series    text,
    is_series text,
    matches   text,
    differs   text,
    key_json  text,
    row_json  text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_stream  ingest.streams;
    v_fixed   text[] := '{}';
    v_values  text[] := '{}';
    v_between text;
begin
    select s.* into strict v_stream from ingest.streams s where s.stream = p_stream;

    if v_stream.has_instrument then
        v_fixed := v_fixed || 'instrument_id'::text;
        v_values := v_values || '$2'::text;
    end if;
    if v_stream.interval_column is not null then
        v_fixed := v_fixed || v_stream.interval_column;
        v_values := v_values || '$3'::text;
    end if;
    select v_fixed || coalesce(array_agg(c.key order by c.key), '{}'),
           v_values || coalesce(array_agg(quote_literal(c.value) order by c.key), '{}')
      into v_fixed, v_values
      from jsonb_each_text(v_stream.constants) as c(key, value);

    target := v_stream.target;
    time_name := quote_ident(v_stream.time_column);
    id_name := quote_ident(v_stream.id_column);
    select array_agg(quote_ident(k.name) order by k.place) into keys
      from unnest(v_stream.key_columns) with ordinality as k(name, place)
     where k.name <> all (v_fixed);
    select string_agg(quote_ident(c.name), ', ' order by c.place) into columns
      from unnest(v_stream.key_columns || v_stream.value_columns || 'batch_id'::text) with ordinality as c(name, place);

    v_between := format('t.%s between $4 and $5', time_name);
    select concat_ws(' and ', string_agg(format('t.%I = %s', f.name, f.value), ' and ' order by f.place), v_between),
           concat_ws(' and ', 's.batch_id = $1', string_agg(format('s.%I = %s', f.name, f.value), ' and ' order by f.place))
      into series, is_series
      from unnest(v_fixed, v_values) with ordinality as f(name, value, place);
    select concat_ws(' and ', series, string_agg(format('t.%1$s = s.%1$s', k.name), ' and ' order by k.place),
                     case when v_stream.time_slack > '0'
                          then format('t.%1$s between s.%1$s - %2$L::interval and s.%1$s + %2$L::interval', time_name,
                                      v_stream.time_slack)
                     end)
      into matches
      from unnest(keys) with ordinality as k(name, place);
    select format('row(%s) is distinct from row(%s)', string_agg(format('t.%I', v.name), ', ' order by v.place),
                  string_agg(format('s.%I', v.name), ', ' order by v.place)),
           format('jsonb_build_object(%s)', string_agg(format('%1$L, %%1$s.%1$I', v.name), ', ' order by v.place))
      into differs, row_json
      from unnest(v_stream.value_columns) with ordinality as v(name, place);
    select format('jsonb_build_object(%s)', string_agg(format('%1$L, %%1$s.%1$I', k.name), ', ' order by k.place))
      into key_json
      from unnest(v_stream.key_columns) with ordinality as k(name, place);
    return next;
end
$$;
comment on function ingest._stream_clauses(text) is
    'The pieces that SQL for the rows of a stream is put together from: names, which rows of the target belong to the series, '
    'whether a row belongs to its batch, which rows match, whether they differ, and key and values as jsonb, formats for the alias.';
