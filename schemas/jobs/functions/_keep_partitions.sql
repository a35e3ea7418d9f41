-- daybook mirror: function jobs._keep_partitions(p_args jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._keep_partitions(p_args jsonb, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function jobs._keep_partitions(p_args jsonb, p_ctx jsonb) owner to daybook_api;

comment on function jobs._keep_partitions(p_args jsonb, p_ctx jsonb) is 'Handler daybook.partitions: makes partitions ahead of the log, of the history of jobs and, where there is the module, of market data. Answers how many it made.';

revoke execute on function jobs._keep_partitions(p_args jsonb, p_ctx jsonb) from public;
grant execute on function jobs._keep_partitions(p_args jsonb, p_ctx jsonb) to daybook_owner;
