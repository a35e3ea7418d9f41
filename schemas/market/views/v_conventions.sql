-- daybook mirror: view market.v_conventions
-- needs: ingest/tables/conventions.sql
-- needs: ref/tables/instruments.sql

create view market.v_conventions as
 SELECT c.convention_id,
    c.venue,
    c.name,
    c.value,
    c.since,
    c.kind,
    c.stream,
    c.source,
    c.instrument_id,
    i.symbol,
    c.reason,
    c.stated_at
   FROM (ingest.conventions c
     LEFT JOIN ref.instruments i ON ((i.instrument_id = c.instrument_id)));

alter view market.v_conventions owner to daybook_api;

comment on view market.v_conventions is 'What is stated of those who publish market data (ingest.conventions), with the symbol where it is about one instrument.';

grant select on market.v_conventions to daybook_console;
grant select on market.v_conventions to daybook_data_writer;
grant select on market.v_conventions to daybook_lab_reader;
grant select on market.v_conventions to daybook_manager;
grant select on market.v_conventions to daybook_monitor;
