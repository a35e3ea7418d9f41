create or replace view market.v_fear_greed_reader as
    select t.observed_at, t.value, t.classification, t.batch_id
      from market.fear_greed t;
comment on view market.v_fear_greed_reader is
    'The fear and greed index: the way for readers.';
