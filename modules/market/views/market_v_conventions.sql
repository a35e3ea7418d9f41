create or replace view market.v_conventions as
    select c.convention_id, c.venue, c.name, c.value, c.since, c.kind, c.stream, c.source, c.instrument_id, i.symbol, c.reason, c.stated_at
      from ingest.conventions c
      left join ref.instruments i on i.instrument_id = c.instrument_id;
comment on view market.v_conventions is
    'What is stated of those who publish market data (ingest.conventions), with the symbol where it is about one instrument.';
