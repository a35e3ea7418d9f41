-- Which of the modules that the report speaks of are here; it says what is absent instead of failing on it.
select to_regclass('trading.accounts') is not null as trading,
       to_regclass('market.klines') is not null as market,
       to_regclass('bus.domain_events') is not null as bus;
