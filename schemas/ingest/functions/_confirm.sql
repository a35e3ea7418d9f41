-- daybook mirror: function ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb)

CREATE OR REPLACE FUNCTION ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_material TO 'off'
AS $function$
declare
    v_batch    ingest.batches;
    v_is       record;
    v_standing bigint;
    v_done     bigint;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
    execute format('select count(*) from %s t where %s', v_is.target, v_is.series)
       into v_standing
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, p_from, p_to;
    if v_standing = p_equal then
        insert into ingest.confirmations (confirmed_by, first_time, last_time) values (p_batch_id, p_from, p_to);
        return 1;
    end if;

    -- Moments whose rows are all confirmed become ranges, as long as nothing else stands between them. Of another moment each
    -- confirmed row is remembered by its key.
    execute format(
        'with standing as materialized ('
        '    select t.%1$s as at, %2$s as key, s.batch_id is not null and not (%3$s) as confirmed'
        '      from %4$s t left join %5$s s on %6$s where %7$s),'
        ' moments as (select w.at, bool_and(w.confirmed) as whole from standing w group by w.at),'
        ' runs as ('
        '    select m.at, m.whole, row_number() over (order by m.at)'
        '           - row_number() over (partition by m.whole order by m.at) as run from moments m)'
        ' insert into ingest.confirmations (confirmed_by, first_time, last_time, key)'
        ' select $1, min(r.at), max(r.at), null from runs r where r.whole group by r.run'
        ' union all'
        ' select $1, w.at, w.at, w.key from standing w join moments m on m.at = w.at where w.confirmed and not m.whole',
        v_is.time_name, format(v_is.key_json, 't'), v_is.differs, v_is.target, p_source, v_is.matches, v_is.series)
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, p_from, p_to, null::integer, null::integer, null::text, p_rows,
            p_fixed;
    get diagnostics v_done = row_count;
    return v_done;
end
$function$;

alter function ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb) owner to daybook_api;

comment on function ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb) is 'Remembers which rows that stand an open batch states again with the same values (ingest.confirmations); p_equal says how many they are. Answers how many ranges and rows it wrote.';

revoke execute on function ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb) from public;
grant execute on function ingest._confirm(p_batch_id uuid, p_source text, p_from timestamp with time zone, p_to timestamp with time zone, p_equal bigint, p_rows jsonb, p_fixed jsonb) to daybook_owner;
