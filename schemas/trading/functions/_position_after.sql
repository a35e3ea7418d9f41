-- daybook mirror: function trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[])
 RETURNS trading.positions
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_position trading.positions := p_position;
    v_busts constant bigint := (
        select count(*)
          from trading.fills as f
         where f.account_id = p_position.account_id and f.fill_id = any (p_busted) and f.instrument_id = p_position.instrument_id
           and f.position_key = p_position.position_key);
    v_anew constant boolean := v_busts > 0;
    v_fill record;
begin
    if v_anew then
        v_position := trading._flat_position(v_position);
        v_position.realized_gross := 0;
        v_position.fees := 0;
        v_position.cycle := 0;
    end if;
    for v_fill in
        select t.side::text, t.qty, t.price, t.fee, t.fee_currency, t.fee_rate, t.filled_at, t.position_version as place
          from trading.fill_terms as t
         where v_anew and t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
           and t.position_key = p_position.position_key and not t.busted and t.fill_id <> all (p_busted)
        union all
        select f.side, f.qty, f.price, f.fee, f.fee_currency, f.fee_rate, f.filled_at, p_position.version + v_busts + f.ordinality
          from unnest(p_fills) with ordinality as f
         where f.instrument_id = p_position.instrument_id and f.position_key = p_position.position_key
         order by place
    loop
        v_position := (trading._move_position(
            v_position, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
            trading._fee_kind_of(v_position, v_fill.fee, v_fill.fee_currency, v_fill.fee_rate), v_fill.fee_rate, v_fill.filled_at,
            v_fill.place)).p_position;
        v_position.last_fill_at := greatest(v_position.last_fill_at, v_fill.filled_at);
    end loop;
    v_position.version := p_position.version + v_busts + (
        select count(*)
          from unnest(p_fills) as f
         where f.instrument_id = p_position.instrument_id and f.position_key = p_position.position_key);
    return v_position;
end
$function$;

alter function trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) owner to daybook_api;

comment on function trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) is 'The position once those of the fills that are its own are recorded, and those that are busted are gone. Nothing is written.';

revoke execute on function trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) from public;
grant execute on function trading._position_after(p_position trading.positions, p_fills trading.fills[], p_busted uuid[]) to daybook_owner;
