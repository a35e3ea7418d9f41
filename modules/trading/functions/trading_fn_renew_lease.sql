create or replace function trading.fn_renew_lease(
    p_account_id uuid, p_bot_id uuid, p_token bigint, p_renew_id uuid, p_ttl interval, p_ctx jsonb default null)
returns table (outcome text, token bigint, expires_at timestamptz, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_ttl constant interval := trading._require_ttl(p_ttl);
    v_lease trading.bot_leases;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_renew_id', p_renew_id);
    select * into v_lease
      from trading.bot_leases as l
     where l.account_id = p_account_id and l.bot_id = p_bot_id
       for no key update;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;

    token := p_token;
    refusal_detail := trading._fence_broken(p_account_id, p_bot_id, p_token);
    if refusal_detail is not null then
        outcome := 'refused';
        refusal_code := 'fenced';
        perform trading._refuse_lease(p_account_id, p_bot_id, 'renew', refusal_code, refusal_detail, v_ctx);
    elsif v_lease.renew_id = p_renew_id then
        outcome := 'replayed';
        expires_at := v_lease.expires_at;
    else
        outcome := 'created';
        expires_at := greatest(v_lease.expires_at, clock_timestamp() + v_ttl);
        update trading.bot_leases as l
           set expires_at = fn_renew_lease.expires_at, renew_id = p_renew_id
         where l.account_id = p_account_id and l.bot_id = p_bot_id;
        perform bus.fn_emit_domain_event('trading.lease_renewed', p_bot_id::text,
            jsonb_build_object('bot_id', p_bot_id, 'token', p_token, 'expires_at', expires_at), null, null, p_account_id, v_ctx);
    end if;
    return next;
end
$$;

comment on function trading.fn_renew_lease(uuid, uuid, bigint, uuid, interval, jsonb) is
    'Keeps the lease for p_ttl from now. created; replayed when the latest renewal has this id; refused with fenced when the token is not in force any more: '
    'a lease that has run out is lost, even if nobody has acquired it since.';
