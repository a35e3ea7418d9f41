create or replace view market.v_macro_reader as
    select t.series, t.observed_at, t.value, t.batch_id
      from market.macro_data t;
comment on view market.v_macro_reader is
    'Economic series: the way for readers. Restrict series and observed_at.';
