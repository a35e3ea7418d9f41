-- daybook mirror: function market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS TABLE(gap_from timestamp with time zone, gap_to timestamp with time zone, missing bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    v_step  constant interval := make_interval(secs => p_interval_s);
    v_time  constant text := (select s.time_column from market._stream(p_stream) s);
    v_rows  constant text := market._series_rows(p_stream, p_instrument_id, p_interval_s)
                             || format(' and t.%I >= coalesce($1, ''-infinity'') and t.%1$I < coalesce($2, ''infinity'')', v_time);
    v_first timestamptz;
    v_last  timestamptz;
begin
    execute format('select min(t.%I), max(t.%1$I) ', v_time) || v_rows into v_first, v_last using p_from, p_to;
    if v_first is null then
        gap_from := date_bin(v_step, p_from + v_step - interval '1 microsecond', market._grid_origin(p_interval_s));
        missing := ceil(extract(epoch from p_to - gap_from) / p_interval_s);
        gap_to := gap_from + missing * v_step;
        if missing > 0 then
            return next;
        end if;
        return;
    end if;

    missing := floor(extract(epoch from v_first - p_from) / p_interval_s);
    if missing > 0 then
        gap_from := v_first - missing * v_step;
        gap_to := v_first;
        return next;
    end if;

    -- Rows that come a little early or late, as snapshots do, are no gap; those on a grid are exactly on it.
    return query execute format(
        $query$
        select q.before + $3, q.after, round(extract(epoch from q.after - q.before) / $4)::bigint - 1
          from (select lag(t.%1$I) over (order by t.%1$I) as before, t.%1$I as after %2$s) q
         where q.after - q.before >= $5
        $query$, v_time, v_rows)
      using p_from, p_to, v_step, p_interval_s, 1.5 * v_step;

    missing := ceil(extract(epoch from p_to - v_last) / p_interval_s) - 1;
    if missing > 0 then
        gap_from := v_last + v_step;
        gap_to := v_last + (missing + 1) * v_step;
        return next;
    end if;
end
$function$;

alter function market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) is 'Runs of rows that are missing from a series at its interval, gap_from included and gap_to excluded, oldest first. Between p_from and p_to, whose ends count; a null end is the first or the last row there is.';

revoke execute on function market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market._gap_runs(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
