-- daybook-lint: allow state-change-without-event until 2028-06-30: the statement that is put together only reads
create or replace function market.fn_stuck_runs(
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_from          timestamptz default null,
    p_to            timestamptz default null,
    p_min_rows      integer default 30)
returns table (part jsonb, stuck_from timestamptz, stuck_to timestamptz, row_count bigint, pattern text, held jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set work_mem = '64MB'
set jit = off
as $$
declare
    v_stream record;
    v_parts  text;
    v_values text[];
begin
    if p_min_rows is null or p_min_rows < 2 then
        raise exception 'p_min_rows is %', coalesce(p_min_rows::text, 'null')
            using errcode = 'TB001', hint = 'Say how many equal rows are too many, at least 2.';
    end if;
    select * into v_stream from market._stream(p_stream);
    -- Rows of one time are told apart by the rest of the key: each band of a book is a series by itself.
    select string_agg(format('%L, t.%I', k.name, k.name), ', ' order by k.place) into v_parts
      from unnest(v_stream.key_columns) with ordinality as k(name, place)
     where k.name not in ('instrument_id', v_stream.time_column)
       and k.name is distinct from v_stream.interval_column and k.name is distinct from v_stream.id_column
       and not exists (select from ingest.streams s where s.stream = p_stream and s.constants ? k.name);
    -- Times and labels among the values move on, or mean nothing, while what is measured stands still.
    select array_agg(format('t.%I', a.attname) order by a.attnum) into v_values
      from pg_attribute a
     where a.attrelid = v_stream.target::regclass and a.attname = any (v_stream.value_columns)
       and a.atttypid in ('double precision'::regtype, 'bigint'::regtype, 'util.amount'::regtype);

    return query execute format(
        $query$
        with told as (
            select jsonb_build_object(%1$s) as part, t.%2$I as at, array[%3$s]::float8[] as held, %4$s as quiet %5$s
               and t.%2$I >= coalesce($1, '-infinity') and t.%2$I < coalesce($2, 'infinity')
        ), begun as (
            select d.*, d.held is distinct from lag(d.held) over (partition by d.part order by d.at) as begins from told d
        ), numbered as (
            select b.*, count(*) filter (where b.begins) over (partition by b.part order by b.at) as run from begun b
        ), runs as (
            select n.part, min(n.at) as stuck_from, max(n.at) as stuck_to, count(*) as row_count, min(n.held) as held,
                   bool_or(n.quiet) as quiet
              from numbered n
             group by n.part, n.run
        )
        select r.part, r.stuck_from, r.stuck_to, r.row_count, case when z.zero then 'zero' else 'constant' end, to_jsonb(r.held)
          from runs r
          cross join lateral (
              select bool_and(coalesce(h.held, 0) = 0) and count(h.held) > 0 as zero from unnest(r.held) as h(held)) z
         where z.zero or (r.row_count >= $3 and not r.quiet and num_nonnulls(variadic r.held) > 0)
         order by r.stuck_from, r.part
        $query$, coalesce(v_parts, ''), v_stream.time_column, array_to_string(v_values, ', '),
        -- A candle without volume repeats the last price, and so it should.
        case when 'volume' = any (v_stream.value_columns) then 't.volume = 0' else 'false' end,
        market._series_rows(p_stream, p_instrument_id, p_interval_s))
      using p_from, p_to, p_min_rows;
end
$$;
comment on function market.fn_stuck_runs(text, uuid, integer, timestamptz, timestamptz, integer) is
    'Rows of a series that say nothing while they keep coming, from p_from (included) to p_to (excluded): pattern constant, p_min_rows or '
    'more in a row with the same values (held), candles without volume left out; or zero, any row in which all that is measured is 0. '
    'part tells apart what one time has several rows of, such as the bands of a book. TB001 for what is no series.';
