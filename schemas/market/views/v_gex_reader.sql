-- daybook mirror: view market.v_gex_reader
-- needs: market/tables/gamma_exposure.sql

create view market.v_gex_reader as
 SELECT t.underlying,
    t.snapshot_time,
    t.spot_price,
    t.net_gamma,
    t.call_gamma,
    t.put_gamma,
    t.flip_price,
    t.call_wall,
    t.put_wall,
    t.regime,
    t.batch_id
   FROM market.gamma_exposure t;

alter view market.v_gex_reader owner to daybook_api;

comment on view market.v_gex_reader is 'Snapshots of gamma exposure: the way for readers. Restrict underlying and snapshot_time; the profile by strike is in market.v_gex_strikes_reader.';

grant select on market.v_gex_reader to daybook_agent;
grant select on market.v_gex_reader to daybook_app;
grant select on market.v_gex_reader to daybook_bot;
grant select on market.v_gex_reader to daybook_console;
grant select on market.v_gex_reader to daybook_data_writer;
grant select on market.v_gex_reader to daybook_lab_reader;
grant select on market.v_gex_reader to daybook_manager;
grant select on market.v_gex_reader to daybook_risk;
