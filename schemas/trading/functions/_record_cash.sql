-- daybook mirror: function trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb)
 RETURNS TABLE(outcome text, entry_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.cash_entries;
begin
    entry_id := p_entry_id;
    insert into trading.cash_entries (account_id, entry_id, kind, currency, amount, occurred_at, reason, ctx)
    values (p_account_id, p_entry_id, p_kind, p_currency, p_amount, p_occurred_at, p_reason, p_ctx)
    on conflict on constraint cash_entries_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.cash_recorded', p_account_id::text,
            jsonb_strip_nulls(jsonb_build_object(
                'entry_id', p_entry_id, 'kind', p_kind, 'currency', p_currency, 'amount', p_amount::text,
                'occurred_at', p_occurred_at, 'reason', p_reason)),
            p_occurred_at, null, p_account_id, p_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from trading.cash_entries as c
     where c.account_id = p_account_id and c.entry_id = p_entry_id;
    conflict_field := case
        when v_old.kind <> p_kind then 'kind'
        when v_old.currency <> p_currency then 'currency'
        when v_old.amount <> p_amount then 'amount'
        when v_old.occurred_at <> p_occurred_at then 'occurred_at'
        when v_old.reason is distinct from p_reason then 'reason'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) is 'Records a cash entry whose arguments were checked, for a caller that may.';

revoke execute on function trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) from public;
grant execute on function trading._record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) to daybook_owner;
