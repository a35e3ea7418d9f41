create or replace function trading.fn_record_shadow_order(
    p_account_id uuid, p_deploy_id uuid, p_shadow_order_id uuid, p_instrument_id uuid, p_side text, p_type text, p_qty numeric, p_price numeric,
    p_stop_price numeric, p_time_in_force text, p_decided_at timestamptz, p_idempotency_key text default null, p_position_key text default '',
    p_ctx jsonb default null)
returns table (outcome text, shadow_order_id uuid, conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_qty constant numeric := trading._require_positive('p_qty', p_qty);
    v_price constant numeric := trading._require_positive('p_price', p_price, false);
    v_stop_price constant numeric := trading._require_positive('p_stop_price', p_stop_price, false);
    v_time_in_force constant text := coalesce(p_time_in_force, 'gtc');
    v_position_key constant text := coalesce(p_position_key, '');
    v_deploy trading.deploys;
    v_old trading.shadow_orders;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform trading._check_order(p_shadow_order_id, p_side, p_type, v_price, v_stop_price, v_time_in_force, v_position_key, p_idempotency_key);
    if p_decided_at is null or not isfinite(p_decided_at) then
        raise exception 'argument p_decided_at is %', coalesce(p_decided_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass when the order would have been submitted: blue''s orders are compared by it.';
    end if;
    if not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id) then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, null, null, null);
    end if;
    -- Shared with others that record: a step of the deploy waits for it, so nothing is recorded after the switch has compared.
    select * into v_deploy from trading.deploys as d where d.account_id = p_account_id and d.deploy_id = p_deploy_id for key share;
    if not found then
        perform trading._refuse_deploy_id(p_account_id, p_deploy_id);
    end if;

    shadow_order_id := p_shadow_order_id;
    if v_deploy.state = 'shadowing' then
        insert into trading.shadow_orders (account_id, deploy_id, shadow_order_id, instrument_id, position_key, side, type, time_in_force,
                                           qty, price, stop_price, idempotency_key, decided_at, ctx)
        values (p_account_id, p_deploy_id, p_shadow_order_id, p_instrument_id, v_position_key, p_side, p_type, v_time_in_force,
                v_qty, v_price, v_stop_price, p_idempotency_key, p_decided_at, v_ctx)
        on conflict do nothing;
        if found then
            outcome := 'created';
            perform bus.fn_emit_domain_event('trading.shadow_order_recorded', p_deploy_id::text,
                jsonb_strip_nulls(jsonb_build_object('deploy_id', p_deploy_id, 'shadow_order_id', p_shadow_order_id,
                    'instrument_id', p_instrument_id, 'side', p_side, 'type', p_type, 'qty', v_qty::text, 'price', v_price::text,
                    'stop_price', v_stop_price::text, 'idempotency_key', p_idempotency_key, 'decided_at', p_decided_at)),
                p_decided_at, null, p_account_id, v_ctx);
            return next;
            return;
        end if;
    end if;

    select * into v_old
      from trading.shadow_orders as s
     where s.account_id = p_account_id and s.deploy_id = p_deploy_id
       and (s.shadow_order_id = p_shadow_order_id or s.idempotency_key = p_idempotency_key)
     order by s.shadow_order_id = p_shadow_order_id desc
     limit 1;
    if found then
        conflict_field := case
            when v_old.shadow_order_id <> p_shadow_order_id then 'idempotency_key'
            when v_old.instrument_id <> p_instrument_id then 'instrument_id'
            when v_old.position_key <> v_position_key then 'position_key'
            when v_old.side <> p_side then 'side'
            when v_old.type <> p_type then 'type'
            when v_old.time_in_force <> v_time_in_force then 'time_in_force'
            when v_old.qty <> v_qty then 'qty'
            when v_old.price is distinct from v_price then 'price'
            when v_old.stop_price is distinct from v_stop_price then 'stop_price'
            when v_old.idempotency_key is distinct from p_idempotency_key then 'idempotency_key'
            when v_old.decided_at <> p_decided_at then 'decided_at'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        shadow_order_id := v_old.shadow_order_id;
    else
        outcome := 'refused';
        refusal_code := 'not_in_shadow';
        refusal_detail := format('the deploy is %s', v_deploy.state);
        perform trading._refuse_deploy(v_deploy, 'record_shadow_order', refusal_code, refusal_detail, v_ctx);
    end if;
    return next;
end
$$;

comment on function trading.fn_record_shadow_order(
    uuid, uuid, uuid, uuid, text, text, numeric, numeric, numeric, text, timestamptz, text, text, jsonb) is
    'Records what a build in shadow would have ordered; it is sent to nobody and counts nowhere. The idempotency key is the one that the order would have, '
    'by which trading.fn_compare_shadow() knows the same decision of the build that trades. created, replayed, conflict naming the field that differs, or '
    'refused with not_in_shadow, decided anew with every call. TB002 for an unknown deploy or instrument.';
