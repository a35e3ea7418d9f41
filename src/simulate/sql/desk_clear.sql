-- Halts and caps of all trading would reach into the next history, too.
with halts as (
    select r.outcome
      from trading.fn_risk_status() as h
     cross join lateral trading.fn_resume(null, h.halt_id, 'the history is over', 'daybook simulate') as r
     where h.scope = 'global'),
caps as (
    select s.outcome
      from trading.fn_caps() as c
     cross join lateral trading.fn_set_cap(gen_random_uuid(), 'global', null, null, c.currency, null, null, 'the history is over', 'daybook simulate') as s
     where c.scope = 'global')
select (select count(*) from halts) + (select count(*) from caps);
