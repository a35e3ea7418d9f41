-- Runs as the owner of the stage: nobody else may gather statistics on it. Without
-- them the merge of a million rows is planned as a million index probes.
create or replace function market._analyze_kline_stage()
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform market._require_kline_stage();
    analyze pg_temp.kline_stage (open_time);
end
$$;
comment on function market._analyze_kline_stage() is
    'Checks that the stage is ours and tells the planner how much it holds. TB004 when it is not ours.';
