-- daybook mirror: function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric DEFAULT 1, p_known_at timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(window_no integer, window_from timestamp with time zone, window_to timestamp with time zone, expected bigint, present bigint, content text, manifest text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    v_rows      constant bigint := util.window_ms(p_length) / 1000 / nullif(p_interval_s, 0);
    v_starts    bigint;
    v_text      text;
    v_tries     constant bigint := 30::bigint * p_n + 100;
    v_seen      bigint := 0;
    v_next      bigint := p_n::bigint + 100;
    v_start     bigint;
    v_places    bigint := 0;
    v_found     jsonb[] := '{}';
begin
    if p_seed is null or p_instrument_id is null or p_from is null or p_to is null or p_interval_s is null or p_interval_s < 1
       or v_rows < 1 or v_rows * p_interval_s * 1000 <> util.window_ms(p_length) or not isfinite(p_from) or not isfinite(p_to)
    then
        raise exception 'p_seed, the series, its range or p_length is not usable'
            using errcode = 'TB001', hint = 'Give all of them; p_length, such as 4h, is a multiple of p_interval_s.';
    end if;
    if p_n is null or p_n not between 1 and 10000 or p_min_coverage is null or p_min_coverage not between 0 and 1 then
        raise exception 'p_n or p_min_coverage is out of range: %, %', coalesce(p_n::text, 'null'), coalesce(p_min_coverage::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 10000 windows, and a share of 0 to 1 of their rows.';
    end if;
    select format('%s|%s|%s|%s|%s|%s|%s|%s', p_seed, i.venue, i.kind, i.symbol, p_interval_s, extract(epoch from p_from)::numeric(20, 6),
                  extract(epoch from p_to)::numeric(20, 6), v_rows)
      into v_text
      from ref.instruments i
     where i.instrument_id = p_instrument_id;
    v_starts := floor(extract(epoch from p_to - p_from) / p_interval_s)::bigint - v_rows + 1;
    if v_text is null or v_starts < 1 then
        return;
    end if;

    -- Thirty tries for each window that is wanted; a range without enough of them must end too. Candidates are drawn in runs that
    -- double, and of those that begin at one place the first counts.
    <<drawing>>
    while v_seen < v_tries and v_places < v_starts loop
        for v_start in
            select d.start
              from (select c.no, ('x' || encode(substring(sha256(convert_to(v_text || '|' || c.no, 'UTF8')) for 7), 'hex'))::bit(56)::bigint
                                 % v_starts as start
                      from generate_series(1, v_next) as c(no)) d
             group by d.start
            having min(d.no) > v_seen
             order by min(d.no)
        loop
            v_places := v_places + 1;
            select c.* into present, content
              from market._window_content(p_instrument_id, p_interval_s, p_from + v_start * make_interval(secs => p_interval_s),
                                          p_from + (v_start + v_rows) * make_interval(secs => p_interval_s), p_known_at,
                                          ceil(p_min_coverage * v_rows)::bigint) c;
            if content is not null then
                v_found := v_found || jsonb_build_object('start', v_start, 'present', present, 'content', content);
                exit drawing when cardinality(v_found) = p_n;
            end if;
        end loop;
        v_seen := v_next;
        v_next := least(2 * v_next, v_tries);
    end loop;

    return query
        with found as materialized (
            select f.no, (f.w ->> 'start')::bigint as start, (f.w ->> 'present')::bigint as present, f.w ->> 'content' as content
              from unnest(v_found) with ordinality as f(w, no)
        -- Once for all of them, not once for each.
        ), listed as materialized (
            select encode(sha256(convert_to(string_agg(format('%s|%s|%s|%s|%s', v_text, f.no, f.start, f.present, f.content), E'\n' order by f.no),
                                            'UTF8')), 'hex') as manifest
              from found f
        )
        select f.no::integer, p_from + f.start * make_interval(secs => p_interval_s), p_from + (f.start + v_rows) * make_interval(secs => p_interval_s),
               v_rows, f.present, f.content, l.manifest
          from found f
         cross join listed l
         order by f.no;
end
$function$;

alter function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) owner to daybook_api;

comment on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) is 'p_n windows of p_length (a label such as 4h) between p_from and p_to, drawn by p_seed from the places p_from + k intervals, of which at least p_min_coverage of the rows are there; fewer when thirty times as many tries find no more. As known at p_known_at, or now. The same on every machine, of every layout of partitions, from equal rows: content is the SHA-256 of a window''s candles, manifest, the same in every row, that of all windows. A change outside of the windows that were tried changes nothing. TB001 for unusable arguments.';

revoke execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) from public;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_console;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_manager;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_owner;
grant execute on function market.fn_windows(p_seed text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_length text, p_n integer, p_min_coverage numeric, p_known_at timestamp with time zone) to daybook_risk;
