-- A function of a module that may not be installed is found by its name at run time.
create or replace function jobs._keep_partitions(p_args jsonb, p_ctx jsonb) returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_events constant integer := bus.fn_ensure_event_partitions();
    v_days constant integer := jobs.fn_ensure_finished_partitions();
    v_months integer;
begin
    if to_regprocedure('market.fn_make_partitions_ahead(integer)') is not null then
        execute 'select market.fn_make_partitions_ahead()' into v_months;
    end if;
    return jsonb_strip_nulls(jsonb_build_object('events', v_events, 'days', v_days, 'months', v_months));
end
$$;

comment on function jobs._keep_partitions(jsonb, jsonb) is
    'Handler daybook.partitions: makes partitions ahead of the log, of the history of jobs and, where there is the module, of market data. Answers how many it made.';
