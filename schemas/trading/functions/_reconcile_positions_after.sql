-- daybook mirror: function trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/positions.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[])
 RETURNS trading.positions[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_positions constant trading.positions[] := array(
        select p
          from trading.positions as p
         where p.account_id = p_account_id
           and (p.signed_qty <> 0
                or exists (select 1 from unnest(p_entries) as e where e.instrument_id = p.instrument_id)
                or exists (select 1 from unnest(p_fills) as f where (f.instrument_id, f.position_key) = (p.instrument_id, p.position_key))
                or exists (select 1 from trading.fills as f
                            where f.account_id = p_account_id and f.fill_id = any (p_busted)
                              and (f.instrument_id, f.position_key) = (p.instrument_id, p.position_key))));
begin
    return array(
        select trading._position_after(
                   trading._reconcile_position_of(v_positions, p_account_id, k.instrument_id, k.position_key), p_fills, p_busted)
          from (select p.instrument_id, p.position_key from unnest(v_positions) as p
                union
                select f.instrument_id, f.position_key from unnest(p_fills) as f) as k
         order by k.instrument_id, k.position_key);
end
$function$;

alter function trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[]) owner to daybook_api;

comment on function trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[]) is 'The positions that are open or that entries, fills or busts name, as they are once these fills are recorded and busted.';

revoke execute on function trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[]) from public;
grant execute on function trading._reconcile_positions_after(p_account_id uuid, p_entries trading.venue_entry[], p_fills trading.fills[], p_busted uuid[]) to daybook_owner;
