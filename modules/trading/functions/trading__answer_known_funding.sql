-- A payment has two identities: the caller's, and position and time. Either finds it.
create or replace function trading._answer_known_funding(
    p_account_id uuid, p_payment_id uuid, p_instrument_id uuid, p_position_key text, p_funding_time timestamptz,
    p_amount numeric, p_rate numeric, p_mark numeric)
returns table (outcome text, payment_id uuid, amount numeric, currency text, position_qty numeric, conflict_field text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old trading.funding_payments;
begin
    select * into v_old
      from trading.funding_payments as f
     where f.account_id = p_account_id
       and (f.payment_id = p_payment_id
            or (f.instrument_id, f.position_key, f.funding_time) = (p_instrument_id, p_position_key, p_funding_time))
     order by f.payment_id <> p_payment_id
     limit 1;
    if not found then
        return;
    end if;

    payment_id := v_old.payment_id;
    amount := v_old.amount;
    currency := v_old.currency;
    position_qty := v_old.position_qty;
    conflict_field := case
        when v_old.instrument_id <> p_instrument_id then 'instrument_id'
        when v_old.position_key <> p_position_key then 'position_key'
        when v_old.funding_time <> p_funding_time then 'funding_time'
        when (v_old.source = 'venue') <> (p_amount is not null) or v_old.amount <> p_amount then 'amount'
        when v_old.rate is distinct from p_rate then 'rate'
        when v_old.mark is distinct from p_mark then 'mark'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$$;

comment on function trading._answer_known_funding(uuid, uuid, uuid, text, timestamptz, numeric, numeric, numeric) is
    'Answers a funding payment that is recorded already, by its id or for its position and time: replayed, or conflict naming the field that differs. No row for one that is not.';
