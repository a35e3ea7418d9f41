create or replace function jobs._keep_history(p_args jsonb, p_ctx jsonb) returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object('days', (select count(*) from jobs.fn_drop_finished(null, p_ctx) as d where d.outcome = 'created'));
end
$$;

comment on function jobs._keep_history(jsonb, jsonb) is
    'Handler daybook.history: drops days of finished jobs that are past the setting jobs.finished_keep_days. Answers how many.';
