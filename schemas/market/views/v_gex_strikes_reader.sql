-- daybook mirror: view market.v_gex_strikes_reader
-- needs: market/tables/gamma_exposure_strikes.sql

create view market.v_gex_strikes_reader as
 SELECT t.underlying,
    t.snapshot_time,
    t.strike,
    t.net_gamma,
    t.call_gamma,
    t.put_gamma,
    t.call_open_interest,
    t.put_open_interest,
    t.batch_id
   FROM market.gamma_exposure_strikes t;

alter view market.v_gex_strikes_reader owner to daybook_api;

comment on view market.v_gex_strikes_reader is 'Gamma exposure by strike: the way for readers. Restrict underlying and snapshot_time.';

grant select on market.v_gex_strikes_reader to daybook_agent;
grant select on market.v_gex_strikes_reader to daybook_app;
grant select on market.v_gex_strikes_reader to daybook_bot;
grant select on market.v_gex_strikes_reader to daybook_console;
grant select on market.v_gex_strikes_reader to daybook_data_writer;
grant select on market.v_gex_strikes_reader to daybook_lab_reader;
grant select on market.v_gex_strikes_reader to daybook_manager;
grant select on market.v_gex_strikes_reader to daybook_risk;
