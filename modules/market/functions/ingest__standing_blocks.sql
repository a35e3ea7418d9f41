-- A row version that a later transaction wrote has that transaction's id in xmin, whoever wrote it and by whatever way, and a row that
-- is gone is missing from the count. So nobody who changes rows has to know of blocks. Ids are compared by their age, which
-- holds as long as fewer than two thousand million transactions lie between; VACUUM leaves xmin as it was when it freezes a row.
create or replace function ingest._standing_blocks(
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_from          timestamptz,
    p_to            timestamptz,
    p_limit         integer)
returns table (
    first_time timestamptz,
    last_time  timestamptz,
    row_count  bigint,
    sha256     bytea,
    stands     boolean,
    follows    boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
#variable_conflict use_column
declare
    v_is    record;
    v_first timestamptz;
    v_last  timestamptz;
begin
    select min(b.first_time), max(b.last_time) into v_first, v_last
      from (select b.first_time, b.last_time
              from ingest.blocks b
             where b.stream = p_stream and b.instrument_id is not distinct from p_instrument_id
               and b.interval_s is not distinct from p_interval_s and b.last_time >= p_from and b.first_time <= p_to
             order by b.last_time
             limit p_limit) b;
    if v_first is null then
        return;
    end if;
    select c.* into strict v_is from ingest._stream_clauses(p_stream) c;
    return query execute format(
        'with blocks as materialized ('
        '    select b.*, b.made_by::xid as maker, age(b.horizon::xid) as horizon_age, lag(b.last_time) over (order by b.last_time) as before,'
        '           b.xmin = b.made_by::xid'
        '           and pg_snapshot_xmax(pg_current_snapshot())::text::bigint - b.horizon::text::bigint between 0 and 2000000000 as of_here'
        '      from ingest.blocks b'
        '     where b.stream = $1 and b.instrument_id is not distinct from $2 and b.interval_s is not distinct from $3'
        '       and b.last_time between $4 and $5)'
        ' select b.first_time, b.last_time, b.row_count, b.sha256, b.of_here and n.rows = b.row_count and n.old,'
        '        b.before is not null and not exists (select from %1$s t where %2$s and t.%3$s > b.before and t.%3$s < b.first_time)'
        '   from blocks b'
        '  cross join lateral (select count(*) as rows, coalesce(bool_and(t.xmin = b.maker or age(t.xmin) > b.horizon_age), false) as old'
        '                        from %1$s t where %2$s and t.%3$s between b.first_time and b.last_time) n'
        '  order by b.last_time',
        v_is.target, v_is.series, v_is.time_name)
      using p_stream, p_instrument_id, p_interval_s, v_first, v_last;
end
$$;
comment on function ingest._standing_blocks(text, uuid, integer, timestamptz, timestamptz, integer) is
    'Blocks of a series that reach into p_from .. p_to, the first p_limit of them in the order of time. stands: its rows are those that its '
    'maker saw, none was written, changed or removed since. follows: no row stands between it and the one before it here.';
