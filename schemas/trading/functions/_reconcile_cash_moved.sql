-- daybook mirror: function trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[])
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[])
 RETURNS TABLE(currency text, amount numeric)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_before trading.positions;
    v_after trading.positions;
    v_fee trading.position_fees;
begin
    for v_after in select p.* from unnest(trading._reconcile_positions_after(p_account_id, null, p_fills, p_busted)) as p loop
        v_before := trading._reconcile_position_of(
            array(select p from trading.positions as p where p.account_id = p_account_id and p.instrument_id = v_after.instrument_id
                                                         and p.position_key = v_after.position_key),
            p_account_id, v_after.instrument_id, v_after.position_key);
        currency := v_after.currency;
        amount := trading._position_cash(v_after) - trading._position_cash(v_before);
        return next;
        if v_after.kind = 'spot' then
            currency := v_after.base_currency;
            amount := (v_after.signed_qty - v_before.signed_qty) * v_after.multiplier;
            return next;
        end if;

        -- A fee in a third asset leaves the account there, and not in the currency of the position, at whose rate it counts.
        for v_fee in
            select o.*
              from unnest(p_fills) as f
             cross join lateral trading._other_fee(v_after, f.fee, f.fee_currency, f.fee_rate) as o
             where (f.instrument_id, f.position_key) = (v_after.instrument_id, v_after.position_key) and o.fee_kind = 'other'
        loop
            currency := v_fee.currency;
            amount := -v_fee.amount;
            return next;
            currency := v_after.currency;
            amount := v_fee.converted;
            return next;
        end loop;
    end loop;
end
$function$;

alter function trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[]) owner to daybook_api;

comment on function trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[]) is 'What fills that are to be recorded, and reconciled ones that are to be busted, move of each currency, as trading.v_cash_balances adds it up.';

revoke execute on function trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[]) from public;
grant execute on function trading._reconcile_cash_moved(p_account_id uuid, p_fills trading.fills[], p_busted uuid[]) to daybook_owner;
