-- daybook mirror: view market.v_wanted_streams
-- needs: market/tables/symbol_subscriptions.sql
-- needs: ref/tables/instruments.sql

create view market.v_wanted_streams as
 SELECT i.venue,
    i.symbol,
    i.kind,
    s.instrument_id,
    s.stream,
    count(*) AS bots,
    min(s.changed_at) AS wanted_since
   FROM (market.symbol_subscriptions s
     JOIN ref.instruments i ON ((i.instrument_id = s.instrument_id)))
  WHERE s.active
  GROUP BY i.venue, i.symbol, i.kind, s.instrument_id, s.stream;

alter view market.v_wanted_streams owner to daybook_api;

comment on view market.v_wanted_streams is 'Which streams of which instruments bots have subscribed to, and how many of them, without saying whose they are: what has to be kept current.';

grant select on market.v_wanted_streams to daybook_data_writer;
grant select on market.v_wanted_streams to daybook_lab_reader;
