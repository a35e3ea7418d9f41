-- daybook mirror: view market.v_stablecoin_supply_reader
-- needs: market/tables/stablecoin_supply.sql

create view market.v_stablecoin_supply_reader as
 SELECT t.asset,
    t.observed_at,
    t.supply,
    t.supply_ratio,
    t.batch_id
   FROM market.stablecoin_supply t;

alter view market.v_stablecoin_supply_reader owner to daybook_api;

comment on view market.v_stablecoin_supply_reader is 'Supply of stablecoins: the way for readers. Restrict asset and observed_at.';

grant select on market.v_stablecoin_supply_reader to daybook_agent;
grant select on market.v_stablecoin_supply_reader to daybook_app;
grant select on market.v_stablecoin_supply_reader to daybook_bot;
grant select on market.v_stablecoin_supply_reader to daybook_console;
grant select on market.v_stablecoin_supply_reader to daybook_data_writer;
grant select on market.v_stablecoin_supply_reader to daybook_lab_reader;
grant select on market.v_stablecoin_supply_reader to daybook_manager;
grant select on market.v_stablecoin_supply_reader to daybook_risk;
