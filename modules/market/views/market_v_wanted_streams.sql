create or replace view market.v_wanted_streams as
    select i.venue, i.symbol, i.kind, s.instrument_id, s.stream, count(*) as bots, min(s.changed_at) as wanted_since
      from market.symbol_subscriptions s
      join ref.instruments i on i.instrument_id = s.instrument_id
     where s.active
     group by i.venue, i.symbol, i.kind, s.instrument_id, s.stream;
comment on view market.v_wanted_streams is
    'Which streams of which instruments bots have subscribed to, and how many of them, without saying whose they are: what has to be kept current.';
