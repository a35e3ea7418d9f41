create or replace view market.v_gex_reader as
    select t.underlying, t.snapshot_time, t.spot_price, t.net_gamma, t.call_gamma, t.put_gamma, t.flip_price, t.call_wall, t.put_wall,
           t.regime, t.batch_id
      from market.gamma_exposure t;
comment on view market.v_gex_reader is
    'Snapshots of gamma exposure: the way for readers. Restrict underlying and snapshot_time; the profile by strike is in market.v_gex_strikes_reader.';
