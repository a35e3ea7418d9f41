-- Funding belongs to the position and changes neither its quantity nor its cost. Which cycle it belongs to is not stored:
-- a late or busted fill may move the bounds of cycles, and trading.v_roundtrips finds it by time.
create or replace function trading.fn_record_funding(
    p_account_id uuid, p_payment_id uuid, p_instrument_id uuid, p_funding_time timestamptz, p_amount numeric,
    p_rate numeric default null, p_mark numeric default null, p_position_key text default '', p_ctx jsonb default null)
returns table (outcome text, payment_id uuid, amount numeric, currency text, position_qty numeric, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_position_key constant text := coalesce(p_position_key, '');
    v_given constant numeric := util.require_amount('p_amount', p_amount, false);
    v_rate constant numeric := util.require_amount('p_rate', p_rate, false);
    v_mark constant numeric := trading._require_positive('p_mark', p_mark, false);
    v_source constant text := case when v_given is null then 'computed' else 'venue' end;
    v_position record;
begin
    perform settings.require_account(p_account_id, 'trade');
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;
    perform util.require_id('p_payment_id', p_payment_id);
    perform trading._check_funding(p_instrument_id, p_funding_time, v_given, v_rate, v_mark);

    -- Money that moved is booked also for a position that is not known yet: then its fills are still to come. The second turn
    -- finds what the first one made.
    for v_attempt in 1..2 loop
        select p.position_id, p.kind, p.multiplier, p.currency, p.version
          into v_position
          from trading.positions as p
         where p.account_id = p_account_id and p.instrument_id = p_instrument_id and p.position_key = v_position_key
           for no key update;
        exit when found;
        return query
            select k.*
              from trading._answer_known_funding(p_account_id, p_payment_id, p_instrument_id, v_position_key, p_funding_time,
                                                 v_given, v_rate, v_mark) as k;
        if found then
            return;
        end if;
        perform trading._create_position(p_account_id, p_instrument_id, v_position_key);
    end loop;

    payment_id := p_payment_id;
    currency := v_position.currency;
    position_qty := trading._position_qty_at(p_account_id, p_instrument_id, v_position_key, p_funding_time);
    amount := coalesce(v_given, trading._funding_amount(v_position.kind, v_position.multiplier, position_qty, v_mark, v_rate));

    insert into trading.funding_payments (
        account_id, payment_id, instrument_id, position_key, funding_time, amount, currency, source, rate, mark, position_qty,
        position_version, ctx)
    values (
        p_account_id, p_payment_id, p_instrument_id, v_position_key, p_funding_time, amount, currency, v_source, v_rate, v_mark,
        position_qty, v_position.version, v_ctx)
    on conflict do nothing;
    if not found then
        return query
            select k.*
              from trading._answer_known_funding(p_account_id, p_payment_id, p_instrument_id, v_position_key, p_funding_time,
                                                 v_given, v_rate, v_mark) as k;
        return;
    end if;

    outcome := 'created';
    update trading.positions as p
       set funding = trim_scale(p.funding + fn_record_funding.amount)
     where p.account_id = p_account_id and p.position_id = v_position.position_id;
    perform bus.fn_emit_domain_event('trading.funding_recorded', v_position.position_id::text,
        jsonb_strip_nulls(jsonb_build_object(
            'payment_id', p_payment_id, 'position_id', v_position.position_id, 'instrument_id', p_instrument_id,
            'position_key', v_position_key, 'funding_time', p_funding_time, 'amount', amount::text, 'currency', currency,
            'source', v_source, 'position_qty', position_qty::text, 'rate', v_rate::text, 'mark', v_mark::text)),
        p_funding_time, null, p_account_id, v_ctx);
    return next;
end
$$;

comment on function trading.fn_record_funding(uuid, uuid, uuid, timestamptz, numeric, numeric, numeric, text, jsonb) is
    'Books funding of a position, once for each instrument, key and funding time. The venue''s amount (received positive, paid negative) is authoritative; without one, '
    'null, it is computed from rate, mark and the quantity held at that time. Quantity and cost do not change. created, replayed as the first time, or conflict naming the field that differs.';
