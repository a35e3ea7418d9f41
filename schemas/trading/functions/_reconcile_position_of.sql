-- daybook mirror: function trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text)
 RETURNS trading.positions
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_position trading.positions;
begin
    select p.* into v_position
      from unnest(p_positions) as p
     where p.instrument_id = p_instrument_id and p.position_key = coalesce(p_position_key, p.position_key)
     order by p.signed_qty = 0, p.position_key collate "C"
     limit 1;
    if not found then
        select a.account_id, i.instrument_id, i.kind, i.base, i.settle, i.multiplier
          into strict v_position.account_id, v_position.instrument_id, v_position.kind, v_position.base_currency, v_position.currency,
               v_position.multiplier
          from trading.accounts as a, ref.instruments as i
         where a.account_id = p_account_id and i.instrument_id = p_instrument_id;
        v_position.position_key := coalesce(p_position_key, '');
        v_position.realized_gross := 0;
        v_position.fees := 0;
        v_position.funding := 0;
        v_position.cycle := 0;
        v_position.version := 0;
        v_position := trading._flat_position(v_position);
    end if;
    return v_position;
end
$function$;

alter function trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text) owner to daybook_api;

comment on function trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text) is 'The position of that instrument and key; without a key the open one, else any. A flat one where there is none yet.';

revoke execute on function trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text) from public;
grant execute on function trading._reconcile_position_of(p_positions trading.positions[], p_account_id uuid, p_instrument_id uuid, p_position_key text) to daybook_owner;
