-- daybook mirror: function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, account_id uuid, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_account record;
    v_open_orders bigint;
    v_open_positions bigint;
begin
    perform settings.require_account(p_account_id, 'manage');
    perform util.require_text('p_reason', p_reason);
    account_id := p_account_id;

    select a.status, a.version
      into strict v_account
      from trading.accounts as a
     where a.account_id = p_account_id
       for no key update;
    if v_account.status = 'closed' then
        outcome := 'replayed';
        return next;
        return;
    end if;

    select count(*) into v_open_orders
      from trading.orders as o where o.account_id = p_account_id and o.is_open;
    select count(*) into v_open_positions
      from trading.positions as p where p.account_id = p_account_id and p.signed_qty <> 0;
    if v_open_orders > 0 or v_open_positions > 0 then
        outcome := 'refused';
        refusal_code := 'account_in_use';
        refusal_detail := format('%s open orders and %s open positions', v_open_orders, v_open_positions);
        perform audit._write('trading.close_account', 'account', p_account_id::text, p_account_id, 'refused', refusal_code,
            jsonb_build_object('detail', refusal_detail, 'reason', p_reason), v_ctx);
        perform trading._emit_account(p_account_id, 'trading.account_close_refused',
            jsonb_build_object('account_id', p_account_id, 'reason', p_reason, 'refusal_code', refusal_code,
                               'refusal_detail', refusal_detail), null, v_ctx);
        return next;
        return;
    end if;

    outcome := 'created';
    update trading.accounts as a
       set status = 'closed', closed_at = clock_timestamp()
     where a.account_id = p_account_id;
    perform audit._write('trading.close_account', 'account', p_account_id::text, p_account_id, 'created', null,
        jsonb_build_object('reason', p_reason), v_ctx);
    perform trading._emit_account(p_account_id, 'trading.account_closed',
        jsonb_build_object('account_id', p_account_id, 'reason', p_reason), null, v_ctx);
    return next;
end
$function$;

alter function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb) is 'Closes an account without open orders and positions: submissions are refused from then on, while facts of the past are still recorded. created, replayed when it is closed already, refused with account_in_use (decided anew with every call, as orders and positions change).';

revoke execute on function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb) from public;
grant execute on function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_close_account(p_account_id uuid, p_reason text, p_ctx jsonb) to daybook_owner;
