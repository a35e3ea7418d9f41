create or replace view trading.v_position_fees as
select p.account_id, p.position_id, p.currency, 'settle'::text as fee_kind, p.fees as amount
  from trading.positions as p
 where p.fees <> 0
union all
select f.account_id, f.position_id, f.currency, f.fee_kind, f.amount
  from trading.position_fees as f;

comment on view trading.v_position_fees is 'Total of fees per position and currency, in whichever currency they were taken.';
