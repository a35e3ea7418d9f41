-- daybook mirror: function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text DEFAULT NULL::text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, entry_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) is 'Records cash that came (positive) or went (negative) without a trade: deposit, withdrawal, transfer, interest, fee or adjustment. created, replayed, or conflict naming the field that differs. An adjustment needs a reason.';

revoke execute on function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) from public;
grant execute on function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_record_cash(p_account_id uuid, p_entry_id uuid, p_kind text, p_currency text, p_amount numeric, p_occurred_at timestamp with time zone, p_reason text, p_ctx jsonb) to daybook_owner;
