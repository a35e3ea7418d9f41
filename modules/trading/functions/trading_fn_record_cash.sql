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
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_entry_id', p_entry_id);
    perform trading._check_cash(p_kind, p_currency, v_amount, p_occurred_at, p_reason);

    return query
        select c.*
          from trading._record_cash(p_account_id, p_entry_id, p_kind, p_currency, v_amount, p_occurred_at, p_reason, v_ctx) as c;
end
$$;

comment on function trading.fn_record_cash(uuid, uuid, text, text, numeric, timestamptz, text, jsonb) is
    'Records cash that came (positive) or went (negative) without a trade: deposit, withdrawal, transfer, interest, fee or adjustment. '
    'created, replayed, or conflict naming the field that differs. An adjustment needs a reason.';
