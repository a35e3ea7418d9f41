create or replace view trading.v_position_fees as
select p.account_id, p.position_id, p.currency, 'settle'::text as fee_kind, s.amount
  from trading.positions as p
 cross join lateral (
       select trim_scale(p.fees - coalesce(sum(f.converted), 0)) as amount
         from trading.position_fees as f
        where f.account_id = p.account_id and f.position_id = p.position_id) as s
 where s.amount <> 0
union all
select f.account_id, f.position_id, f.currency, f.fee_kind, f.amount
  from trading.position_fees as f
 where f.amount <> 0;

comment on view trading.v_position_fees is 'Total of fees per position and currency, in whichever currency they were taken.';
