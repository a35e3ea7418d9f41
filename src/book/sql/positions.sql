select position_id, instrument_id, venue, symbol, position_key, qty, avg_price, realized_pnl, fees,
       case when qty <> 0 then opened_at end as opened_at
  from trading.fn_positions($1, $2)
 order by venue collate "C", symbol collate "C", position_key collate "C", position_id;
