-- The lease is locked alone, which whoever submits as the bot holds off until its end; see trading._enter_bot().
create or replace function trading.fn_acquire_lease(
    p_account_id uuid, p_bot_id uuid, p_acquire_id uuid, p_holder text, p_ttl interval, p_deploy_id uuid default null,
    p_ctx jsonb default null)
returns table (outcome text, token bigint, expires_at timestamptz, conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_ttl constant interval := trading._require_ttl(p_ttl);
    v_now timestamptz;
    v_lease trading.bot_leases;
    v_old trading.bot_lease_grants;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_acquire_id', p_acquire_id);
    perform util.require_text('p_holder', p_holder);
    v_lease := trading._lock_lease(p_account_id, p_bot_id);

    select * into v_old from trading.bot_lease_grants as g where g.account_id = p_account_id and g.acquire_id = p_acquire_id;
    if found then
        conflict_field := case when v_old.bot_id <> p_bot_id then 'bot_id' when v_old.holder <> p_holder then 'holder'
                               when v_old.deploy_id is distinct from p_deploy_id then 'deploy_id' end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        token := v_old.token;
        expires_at := case when v_old.token = v_lease.token then v_lease.expires_at else v_old.expires_at end;
        return next;
        return;
    end if;

    v_now := clock_timestamp();
    if v_lease.deploy_id is distinct from p_deploy_id then
        refusal_code := 'not_in_force';
        refusal_detail := format('the process was started by %s, in force is %s', coalesce('deploy ' || p_deploy_id, 'no deploy'),
                                 coalesce('deploy ' || v_lease.deploy_id, 'none'));
    elsif v_lease.expires_at > v_now then
        refusal_code := 'held';
        refusal_detail := format('%s holds the lease until %s', v_lease.holder,
                                 to_char(v_lease.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
    end if;
    if refusal_code is not null then
        outcome := 'refused';
        perform trading._refuse_lease(p_account_id, p_bot_id, 'acquire', refusal_code, refusal_detail, v_ctx);
        return next;
        return;
    end if;

    outcome := 'created';
    token := trading._next_token();
    expires_at := v_now + v_ttl;
    insert into trading.bot_lease_grants (account_id, acquire_id, bot_id, token, holder, expires_at, granted_at, deploy_id, ctx)
    values (p_account_id, p_acquire_id, p_bot_id, token, p_holder, expires_at, v_now, p_deploy_id, v_ctx);
    update trading.bot_leases as l
       set token = fn_acquire_lease.token, acquire_id = p_acquire_id, holder = p_holder, acquired_at = v_now,
           expires_at = fn_acquire_lease.expires_at, renew_id = null
     where l.account_id = p_account_id and l.bot_id = p_bot_id;
    perform bus.fn_emit_domain_event('trading.lease_acquired', p_bot_id::text,
        jsonb_build_object('bot_id', p_bot_id, 'token', token, 'holder', p_holder, 'expires_at', expires_at),
        v_now, null, p_account_id, v_ctx);
    return next;
end
$$;

comment on function trading.fn_acquire_lease(uuid, uuid, uuid, text, interval, uuid, jsonb) is
    'Makes the caller the one process that may act as the bot, for p_ttl by the clock of the database, and answers the token that its calls must carry as '
    'fence beside the bot. From then on every earlier token is refused. created; replayed with what was given, which may be over by now; conflict naming '
    'the field that differs; refused, decided anew with every call, with held while another acquisition is in force, or with not_in_force: p_deploy_id, '
    'the deploy by which the process was started, has to be the one in force, or null while there is none; see trading.fn_advance_deploy().';
