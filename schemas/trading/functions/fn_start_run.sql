-- daybook mirror: function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, run_id uuid, status text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_params constant jsonb := coalesce(p_params, '{}');
    v_old trading.runs;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_run_id', p_run_id);
    perform trading._require_choice('p_kind', p_kind, array['backtest', 'paper', 'live']);
    perform util.require_text('p_strategy', p_strategy);
    perform util.require_text('p_code_revision', p_code_revision, 200, false);
    if jsonb_typeof(v_params) <> 'object' then
        raise exception 'argument p_params is %, which is not an object', left(v_params::text, 40)
            using errcode = 'TB001', hint = 'Pass a JSON object of the strategy''s parameters, or null when it has none.';
    end if;

    run_id := p_run_id;
    insert into trading.runs (account_id, run_id, kind, strategy, code_revision, params, ctx)
    values (p_account_id, p_run_id, p_kind, p_strategy, p_code_revision, v_params, v_ctx)
    on conflict on constraint runs_pkey do nothing;

    if found then
        outcome := 'created';
        status := 'running';
        perform bus._emit_versioned('trading.run_started', p_run_id::text, 1,
            jsonb_strip_nulls(jsonb_build_object(
                'run_id', p_run_id, 'kind', p_kind, 'strategy', p_strategy, 'code_revision', p_code_revision))
            || jsonb_build_object('params', v_params),
            null, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from trading.runs as r where r.account_id = p_account_id and r.run_id = p_run_id;
    status := v_old.status;
    conflict_field := case
        when v_old.kind <> p_kind then 'kind'
        when v_old.strategy <> p_strategy then 'strategy'
        when v_old.code_revision is distinct from p_code_revision then 'code_revision'
        when v_old.params <> v_params then 'params'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb) is 'Starts a run of a strategy on an account. A replay answers with the status that the run has now.';

revoke execute on function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb) from public;
grant execute on function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_start_run(p_account_id uuid, p_run_id uuid, p_kind text, p_strategy text, p_code_revision text, p_params jsonb, p_ctx jsonb) to daybook_owner;
