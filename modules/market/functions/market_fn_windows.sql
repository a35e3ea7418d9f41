-- Candidates are numbered, and where one begins is a hash of seed, series, range and number: no random(), no order of rows, nothing
-- of this database takes part. The series counts by its names, so that two databases choose alike.
create or replace function market.fn_windows(
    p_seed          text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_from          timestamptz,
    p_to            timestamptz,
    p_length        text,
    p_n             integer,
    p_min_coverage  numeric default 1,
    p_known_at      timestamptz default null)
returns table (
    window_no integer, window_from timestamptz, window_to timestamptz, expected bigint, present bigint, content text, manifest text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_rows      constant bigint := util.window_ms(p_length) / 1000 / nullif(p_interval_s, 0);
    v_starts    bigint;
    v_text      text;
    v_candidate integer := 0;
    v_start     bigint;
    v_window    record;
    v_taken     bigint[] := '{}';
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

    -- Thirty tries for each window that is wanted; a range without enough of them must end too.
    while cardinality(v_found) < p_n and v_candidate < 30 * p_n + 100 loop
        v_candidate := v_candidate + 1;
        v_start := ('x' || encode(substring(sha256(convert_to(v_text || '|' || v_candidate, 'UTF8')) for 7), 'hex'))::bit(56)::bigint % v_starts;
        continue when v_start = any (v_taken);
        v_taken := v_taken || v_start;
        select p_from + v_start * make_interval(secs => p_interval_s) as window_from,
               p_from + (v_start + v_rows) * make_interval(secs => p_interval_s) as window_to into v_window;
        select c.* into present, content
          from market._window_content(p_instrument_id, p_interval_s, v_window.window_from, v_window.window_to, p_known_at) c;
        if present >= p_min_coverage * v_rows then
            v_found := v_found || jsonb_build_object('start', v_start, 'present', present, 'content', content);
        end if;
    end loop;

    return query
        select f.no::integer, p_from + (f.w ->> 'start')::bigint * make_interval(secs => p_interval_s),
               p_from + ((f.w ->> 'start')::bigint + v_rows) * make_interval(secs => p_interval_s),
               v_rows, (f.w ->> 'present')::bigint, f.w ->> 'content',
               encode(sha256(convert_to(string_agg(format('%s|%s|%s|%s|%s', v_text, f.no, f.w ->> 'start', f.w ->> 'present', f.w ->> 'content'), E'\n')
                                            over (order by f.no rows between unbounded preceding and unbounded following), 'UTF8')), 'hex')
          from unnest(v_found) with ordinality as f(w, no)
         order by f.no;
end
$$;
comment on function market.fn_windows(text, uuid, integer, timestamptz, timestamptz, text, integer, numeric, timestamptz) is
    'p_n windows of p_length (a label such as 4h) between p_from and p_to, drawn by p_seed from the places p_from + k intervals, of '
    'which at least p_min_coverage of the rows are there; fewer when thirty times as many tries find no more. As known at p_known_at, '
    'or now. The same on every machine, of every layout of partitions, from equal rows: content is the SHA-256 of a window''s candles, '
    'manifest, the same in every row, that of all windows. A change outside of the windows that were tried changes nothing. TB001 for '
    'unusable arguments.';
