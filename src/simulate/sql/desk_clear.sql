-- Halts of all trading would stop the next history, too.
select count(r.outcome)
  from trading.fn_risk_status() as h
 cross join lateral trading.fn_resume(null, h.halt_id, 'the history is over', 'daybook simulate') as r
 where h.scope = 'global';
