-- daybook mirror: schema market
-- role: daybook_api
-- role: daybook_owner

create schema market;

alter schema market owner to daybook_owner;

comment on schema market is 'Cleaned market data: de-duplicated, one row per candle, with what a correction replaced.';

grant usage on schema market to daybook_api;
