-- Runs as the owner of the stage: nobody else may gather statistics on it. Without
-- them the merge of a million rows is planned as a million index probes.
create or replace function market._analyze_stage(p_stream text)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is record;
begin
    select c.target, c.keys into strict v_is from ingest._stream_clauses(p_stream) c;
    perform market._require_stage(v_is.target);
    execute format('analyze pg_temp.market_stage (%s)', array_to_string(v_is.keys, ', '));
end
$$;
comment on function market._analyze_stage(text) is
    'Checks that the stage is ours and tells the planner how much it holds. TB004 when it is not ours.';
