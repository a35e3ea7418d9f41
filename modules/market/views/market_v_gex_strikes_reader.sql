create or replace view market.v_gex_strikes_reader as
    select t.underlying, t.snapshot_time, t.strike, t.net_gamma, t.call_gamma, t.put_gamma, t.call_open_interest,
           t.put_open_interest, t.batch_id
      from market.gamma_exposure_strikes t;
comment on view market.v_gex_strikes_reader is
    'Gamma exposure by strike: the way for readers. Restrict underlying and snapshot_time.';
