create or replace function market._gap_pieces(
    p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamptz, p_to timestamptz, p_cuts timestamptz[])
returns table (gap_from timestamptz, gap_to timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_run  record;
    v_cut  timestamptz;
    v_step constant interval := make_interval(secs => p_interval_s);
begin
    for v_run in select r.* from market._gap_runs(p_stream, p_instrument_id, p_interval_s, p_from, p_to) r loop
        gap_from := v_run.gap_from;
        if p_cuts[1] < v_run.gap_to then
            foreach v_cut in array p_cuts loop
                gap_to := gap_from + ceil(extract(epoch from v_cut - gap_from) / p_interval_s) * v_step;
                if gap_to > gap_from and gap_to < v_run.gap_to then
                    return next;
                    gap_from := gap_to;
                end if;
            end loop;
        end if;
        gap_to := v_run.gap_to;
        return next;
    end loop;
end
$$;
comment on function market._gap_pieces(text, uuid, integer, timestamptz, timestamptz, timestamptz[]) is
    'Runs of missing rows (market._gap_runs), cut where something changes that may be their cause; p_cuts ascend.';
