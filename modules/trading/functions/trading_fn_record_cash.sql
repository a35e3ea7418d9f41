create or replace function trading.fn_record_cash(
    p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamptz,
    p_reason text default null, p_ctx jsonb default null)
returns table (outcome text, entry_id uuid, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_amount constant numeric := util.require_amount('p_amount', p_amount);
    v_old trading.cash_entries;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_entry_id', p_entry_id);
    perform trading._check_cash(p_kind, p_currency, v_amount, p_occurred_at, p_reason);

    entry_id := p_entry_id;
    insert into trading.cash_entries (account_id, entry_id, kind, currency, amount, occurred_at, reason, ctx)
    values (p_account_id, p_entry_id, p_kind, p_currency, v_amount, p_occurred_at, p_reason, v_ctx)
    on conflict on constraint cash_entries_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.cash_recorded', p_account_id::text,
            jsonb_strip_nulls(jsonb_build_object(
                'entry_id', p_entry_id, 'kind', p_kind, 'currency', p_currency, 'amount', v_amount::text,
                'occurred_at', p_occurred_at, 'reason', p_reason)),
            p_occurred_at, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from trading.cash_entries as c
     where c.account_id = p_account_id and c.entry_id = p_entry_id;
    conflict_field := case
        when v_old.kind <> p_kind then 'kind'
        when v_old.currency <> p_currency then 'currency'
        when v_old.amount <> v_amount then 'amount'
        when v_old.occurred_at <> p_occurred_at then 'occurred_at'
        when v_old.reason is distinct from p_reason then 'reason'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$$;

comment on function trading.fn_record_cash(uuid, uuid, text, text, numeric, timestamptz, text, jsonb) is
    'Records cash that came (positive) or went (negative) without a trade: deposit, withdrawal, transfer, interest, fee or adjustment. '
    'created, replayed, or conflict naming the field that differs. An adjustment needs a reason.';
