-- daybook mirror: view market.v_book_depth_reader
-- needs: market/tables/book_depth.sql
-- needs: ref/tables/instruments.sql

create view market.v_book_depth_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    d.instrument_id,
    d.snapshot_time,
    d.percentage,
    d.depth,
    d.notional,
    d.batch_id
   FROM (market.book_depth d
     JOIN ref.instruments i ON ((i.instrument_id = d.instrument_id)));

alter view market.v_book_depth_reader owner to daybook_api;

comment on view market.v_book_depth_reader is 'Depth of order books in bands with the names of their instrument: the way for readers. Restrict instrument and snapshot_time.';

grant select on market.v_book_depth_reader to daybook_agent;
grant select on market.v_book_depth_reader to daybook_app;
grant select on market.v_book_depth_reader to daybook_bot;
grant select on market.v_book_depth_reader to daybook_console;
grant select on market.v_book_depth_reader to daybook_data_writer;
grant select on market.v_book_depth_reader to daybook_lab_reader;
grant select on market.v_book_depth_reader to daybook_manager;
grant select on market.v_book_depth_reader to daybook_risk;
