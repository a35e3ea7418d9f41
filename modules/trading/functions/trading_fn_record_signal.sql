create or replace function trading.fn_record_signal(
    p_account_id uuid, p_signal_id uuid, p_bot_id uuid, p_instrument_id uuid, p_name text, p_direction text, p_strength numeric,
    p_price numeric, p_valid_until timestamptz, p_data jsonb, p_occurred_at timestamptz, p_run_id uuid default null,
    p_ctx jsonb default null)
returns table (outcome text, signal_id uuid, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_strength constant numeric := util.require_amount('p_strength', p_strength, false);
    v_price constant numeric := util.require_amount('p_price', p_price, false);
    v_data constant jsonb := coalesce(p_data, '{}');
    v_old trading.signals;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_signal_id', p_signal_id);
    perform util.require_text('p_name', p_name);
    perform trading._require_choice('p_direction', p_direction, array['long', 'short', 'flat']);
    perform trading._require_bot_entry(p_account_id, p_bot_id, 'p_data', v_data, p_occurred_at);
    if not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id)
       or p_run_id is not null and not exists (select from trading.runs as r where r.account_id = p_account_id and r.run_id = p_run_id)
    then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, p_run_id,
            (select i.instrument_id from ref.instruments as i where i.instrument_id = p_instrument_id), null);
    end if;
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;

    signal_id := p_signal_id;
    insert into trading.signals (account_id, signal_id, bot_id, run_id, instrument_id, name, direction, strength, price, valid_until, data,
                                 occurred_at, ctx)
    values (p_account_id, p_signal_id, p_bot_id, p_run_id, p_instrument_id, p_name, p_direction, v_strength, v_price, p_valid_until, v_data,
            p_occurred_at, v_ctx)
    on conflict on constraint signals_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.signal_recorded', concat_ws('/', p_account_id, p_bot_id),
            jsonb_strip_nulls(jsonb_build_object(
                'signal_id', p_signal_id, 'bot_id', p_bot_id, 'run_id', p_run_id, 'instrument_id', p_instrument_id, 'name', p_name,
                'direction', p_direction, 'strength', v_strength::text, 'price', v_price::text, 'valid_until', p_valid_until,
                'occurred_at', p_occurred_at)),
            p_occurred_at, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from trading.signals as s where s.account_id = p_account_id and s.signal_id = p_signal_id;
    conflict_field := case
        when v_old.bot_id is distinct from p_bot_id then 'bot_id'
        when v_old.run_id is distinct from p_run_id then 'run_id'
        when v_old.instrument_id <> p_instrument_id then 'instrument_id'
        when v_old.name <> p_name then 'name'
        when v_old.direction <> p_direction then 'direction'
        when v_old.strength is distinct from v_strength then 'strength'
        when v_old.price is distinct from v_price then 'price'
        when v_old.valid_until is distinct from p_valid_until then 'valid_until'
        when v_old.data <> v_data then 'data'
        when v_old.occurred_at <> p_occurred_at then 'occurred_at'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$$;

comment on function trading.fn_record_signal(uuid, uuid, uuid, uuid, text, text, numeric, numeric, timestamptz, jsonb, timestamptz, uuid, jsonb) is
    'Keeps what a strategy saw of an instrument: long, short or flat, how strongly on its own scale, at which price and until when it holds. It asks for nothing. created, replayed, or '
    'conflict naming the field that differs. Whoever speaks as a bot without its lease is recorded too, and flagged. TB002 for an unknown instrument, run or bot.';
