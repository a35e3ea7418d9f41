-- daybook mirror: function jobs.fn_ensure_finished_partitions(p_ahead integer)

CREATE OR REPLACE FUNCTION jobs.fn_ensure_finished_partitions(p_ahead integer DEFAULT 14)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_today constant timestamp := date_trunc('day', clock_timestamp() at time zone 'UTC');
    v_missing timestamp[];
    v_day timestamp;
    v_name name;
    v_made integer := 0;
begin
    if p_ahead is null or p_ahead not between 1 and 1000 then
        raise exception 'argument p_ahead is %', coalesce(p_ahead::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 1000 days beyond the current one; 7 is the least that is safe.';
    end if;

    -- Yesterday too: a worker whose clock is behind, or a transaction that began before midnight. Looking locks nothing.
    select array_agg(d.day order by d.day)
      into v_missing
      from generate_series(c_today - interval '1 day', c_today + make_interval(days => p_ahead), interval '1 day') as d (day)
     where to_regclass('jobs.finished_' || to_char(d.day, 'YYYYMMDD')) is null;
    if v_missing is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('jobs.finished days', 0));
    foreach v_day in array v_missing loop
        v_name := 'finished_' || to_char(v_day, 'YYYYMMDD');
        continue when exists (select from pg_class as c where c.relnamespace = 'jobs'::regnamespace and c.relname = v_name);
        -- Made apart and attached, which locks nobody out who writes to other days.
        execute format('create table jobs.%I (like jobs.finished including all)', v_name);
        execute format('alter table jobs.finished attach partition jobs.%I for values from (%L) to (%L)', v_name,
                       to_char(v_day, 'YYYY-MM-DD 00:00:00+00'), to_char(v_day + interval '1 day', 'YYYY-MM-DD 00:00:00+00'));
        v_made := v_made + 1;
    end loop;
    return v_made;
end
$function$;

alter function jobs.fn_ensure_finished_partitions(p_ahead integer) owner to daybook_owner;

comment on function jobs.fn_ensure_finished_partitions(p_ahead integer) is 'Makes the days of the history that are missing from yesterday to so many days ahead; returns how many it made. Every installation calls it, and a worker when it starts and daily. Safe to repeat and to run at once. TB001 for a number outside 1 to 1000.';

revoke execute on function jobs.fn_ensure_finished_partitions(p_ahead integer) from public;
grant execute on function jobs.fn_ensure_finished_partitions(p_ahead integer) to daybook_api;
grant execute on function jobs.fn_ensure_finished_partitions(p_ahead integer) to daybook_worker;
