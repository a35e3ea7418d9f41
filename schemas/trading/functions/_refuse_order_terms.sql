-- daybook mirror: function trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid)

CREATE OR REPLACE FUNCTION trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_known_instrument_id is null then
        raise exception 'argument p_instrument_id is %, which is not registered', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register the instrument first with ref.fn_register_instrument().';
    end if;
    if p_known_run_id is distinct from p_run_id then
        raise exception 'argument p_run_id is %, which is no run of account %', p_run_id, p_account_id
            using errcode = 'TB002', hint = 'Start the run first with trading.fn_start_run(), or pass null.';
    end if;

    raise exception 'argument p_position_key is empty, but account % is hedging', p_account_id
        using errcode = 'TB001', hint = 'Name the position; in a hedging account nothing nets by itself.';
end
$function$;

alter function trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid) owner to daybook_api;

comment on function trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid) is 'Raises why an order or fill cannot belong to the account: unknown instrument or run (TB002), or no position named in a hedging account (TB001).';

revoke execute on function trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid) from public;
grant execute on function trading._refuse_order_terms(p_account_id uuid, p_instrument_id uuid, p_run_id uuid, p_known_instrument_id uuid, p_known_run_id uuid) to daybook_owner;
