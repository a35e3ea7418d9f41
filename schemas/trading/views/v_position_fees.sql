-- daybook mirror: view trading.v_position_fees
-- needs: trading/tables/position_fees.sql
-- needs: trading/tables/positions.sql

create view trading.v_position_fees as
 SELECT p.account_id,
    p.position_id,
    p.currency,
    'settle'::text AS fee_kind,
    s.amount
   FROM (trading.positions p
     CROSS JOIN LATERAL ( SELECT trim_scale((p.fees - COALESCE(sum(f.converted), (0)::numeric))) AS amount
           FROM trading.position_fees f
          WHERE ((f.account_id = p.account_id) AND (f.position_id = p.position_id))) s)
  WHERE (s.amount <> (0)::numeric)
UNION ALL
 SELECT f.account_id,
    f.position_id,
    f.currency,
    f.fee_kind,
    f.amount
   FROM trading.position_fees f
  WHERE (f.amount <> (0)::numeric);

alter view trading.v_position_fees owner to daybook_api;

comment on view trading.v_position_fees is 'Total of fees per position and currency, in whichever currency they were taken.';

grant select on trading.v_position_fees to daybook_console;
grant select on trading.v_position_fees to daybook_lab_reader;
grant select on trading.v_position_fees to daybook_risk;
