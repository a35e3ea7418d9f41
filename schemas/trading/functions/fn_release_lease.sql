-- daybook mirror: function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, token bigint, released_at timestamp with time zone, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_lease trading.bot_leases;
begin
    perform settings.require_account(p_account_id, 'trade');
    select * into v_lease
      from trading.bot_leases as l
     where l.account_id = p_account_id and l.bot_id = p_bot_id
       for no key update;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;

    token := p_token;
    if v_lease.token is distinct from p_token then
        outcome := 'refused';
        refusal_code := 'fenced';
        refusal_detail := trading._fence_broken(p_account_id, p_bot_id, p_token);
        perform trading._refuse_lease(p_account_id, p_bot_id, 'release', refusal_code, refusal_detail, v_ctx);
    elsif v_lease.expires_at <= clock_timestamp() then
        outcome := 'replayed';
        released_at := v_lease.expires_at;
    else
        outcome := 'created';
        update trading.bot_leases as l
           set expires_at = clock_timestamp()
         where l.account_id = p_account_id and l.bot_id = p_bot_id
        returning l.expires_at into released_at;
        perform bus.fn_emit_domain_event('trading.lease_released', p_bot_id::text,
            jsonb_build_object('bot_id', p_bot_id, 'token', p_token), null, null, p_account_id, v_ctx);
    end if;
    return next;
end
$function$;

alter function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) is 'Ends the lease now, so that another process may acquire it. created; replayed when it is over already; refused with fenced when another acquisition came after this token.';

revoke execute on function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) from public;
grant execute on function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_release_lease(p_account_id uuid, p_bot_id uuid, p_token bigint, p_ctx jsonb) to daybook_owner;
