create or replace view market.v_stablecoin_supply_reader as
    select t.asset, t.observed_at, t.supply, t.supply_ratio, t.batch_id
      from market.stablecoin_supply t;
comment on view market.v_stablecoin_supply_reader is
    'Supply of stablecoins: the way for readers. Restrict asset and observed_at.';
