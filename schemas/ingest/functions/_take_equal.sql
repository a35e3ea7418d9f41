-- daybook mirror: function ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint)

CREATE OR REPLACE FUNCTION ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    v_batch ingest.batches;
    v_is    record;
    v_wrong bigint;
begin
    if cardinality(p_first) <> cardinality(p_last) or cardinality(p_first) <> cardinality(p_rows)
       or num_nulls(p_first, p_last, p_rows) > 0
       or exists (select
                    from unnest(p_first, p_last, p_rows) with ordinality as e(first, last, said, place)
                    left join unnest(p_last) with ordinality as before(last, place) on before.place = e.place - 1
                   where num_nulls(e.first, e.last, e.said) > 0 or e.first > e.last or e.said < 1 or e.first <= before.last)
    then
        raise exception 'p_equal_first, p_equal_last and p_equal_rows of batch % are not ranges that follow one another', p_batch_id
            using errcode = 'TB001', hint = 'Give as many of each, in the order of time, and at least one row in each range.';
    end if;
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
    -- What is made of blocks was counted when the sender was shown them, in this transaction. Of streams with numbers the highest is
    -- wanted as well.
    execute format(
        'select coalesce(sum(e.said), 0), max(n.last_id), count(*) filter (where n.rows <> e.said)'
        '  from unnest($6, $7, $8) as e(first, last, said)'
        '  left join lateral (select sum(b.row_count) as rows from ingest.blocks b'
        '                      where %5$s and b.stream = $9 and b.instrument_id is not distinct from $2'
        '                        and b.interval_s is not distinct from $3 and b.last_time between e.first and e.last and b.first_time >= e.first'
        '                     having min(b.first_time) = e.first and max(b.last_time) = e.last) k on true'
        ' cross join lateral (select e.said as rows, null::bigint as last_id where k.rows = e.said'
        '                     union all'
        '                     select count(*), %1$s from %2$s t'
        '                      where %3$s and t.%4$s between e.first and e.last and t.batch_id <> $1'
        '                     having k.rows is distinct from e.said) n',
        coalesce('max(t.' || v_is.id_name || ')', 'null::bigint'), v_is.target, v_is.series, v_is.time_name,
        case when v_is.id_name is null then 'true' else 'false' end)
       into row_count, last_id, v_wrong
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, p_first[1], p_last[cardinality(p_last)], p_first, p_last, p_rows,
            v_batch.stream;
    if v_wrong > 0 or p_first[1] < v_batch.first_time or p_last[cardinality(p_last)] > v_batch.last_time then
        raise exception 'batch %: % of the ranges that are said to stand hold other numbers of rows, or were not announced',
                p_batch_id, v_wrong
            using errcode = 'TB004', hint = 'Leave out only what market.fn_standing_rows has shown, and say every row of a range.';
    end if;
    if row_count > 0 and (select r.weaker from ingest._rivals(p_batch_id, p_first[1], p_last[cardinality(p_last)]) r) then
        insert into ingest.confirmations (confirmed_by, first_time, last_time)
            select p_batch_id, e.first, e.last from unnest(p_first, p_last) as e(first, last);
    end if;
end
$function$;

alter function ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint) owner to daybook_api;

comment on function ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint) is 'Takes in what the sender of an open batch left out because it stands with the same values: ranges of time, every row of the series in them, and how many these are. Remembers them in ingest.confirmations where weaker batches are about; answers how many rows, and the highest of the venue''s numbers. TB001 malformed, TB004 when other numbers of rows stand there.';

revoke execute on function ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint) from public;
grant execute on function ingest._take_equal(p_batch_id uuid, p_first timestamp with time zone[], p_last timestamp with time zone[], p_rows bigint[], OUT row_count bigint, OUT last_id bigint) to daybook_owner;
