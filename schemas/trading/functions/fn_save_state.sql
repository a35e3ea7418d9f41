-- daybook mirror: function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, snapshot_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old trading.state_snapshots;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_snapshot_id', p_snapshot_id);
    perform util.require_text('p_name', p_name);
    if p_as_of is null or not isfinite(p_as_of) or p_state is null then
        raise exception 'argument p_as_of is %, p_state is %', coalesce(p_as_of::text, 'null'), coalesce(left(p_state::text, 40), 'null')
            using errcode = 'TB001', hint = 'Pass the moment the state belongs to, and the state as JSON.';
    end if;

    snapshot_id := p_snapshot_id;
    insert into trading.state_snapshots (account_id, snapshot_id, name, as_of, state, ctx)
    values (p_account_id, p_snapshot_id, p_name, p_as_of, p_state, v_ctx)
    on conflict on constraint state_snapshots_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.state_saved', p_account_id::text || '/' || p_name,
            jsonb_build_object('snapshot_id', p_snapshot_id, 'name', p_name, 'as_of', p_as_of),
            p_as_of, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from trading.state_snapshots as s
     where s.account_id = p_account_id and s.snapshot_id = p_snapshot_id;
    conflict_field := case
        when v_old.name <> p_name then 'name'
        when v_old.as_of <> p_as_of then 'as_of'
        when v_old.state <> p_state then 'state'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb) is 'Keeps a state under a name for the account. Earlier ones stay; trading.fn_load_state() gives the latest back. Whoever may trade may write it; what a bot goes on from, which only the holder of its lease may write, is kept with trading.fn_save_strategy_state().';

revoke execute on function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb) from public;
grant execute on function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_save_state(p_account_id uuid, p_snapshot_id uuid, p_name text, p_as_of timestamp with time zone, p_state jsonb, p_ctx jsonb) to daybook_owner;
