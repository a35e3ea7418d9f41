-- daybook mirror: schema trading
-- role: daybook_api
-- role: daybook_owner

create schema trading;

alter schema trading owner to daybook_owner;

comment on schema trading is 'The book: accounts, runs, orders, fills, positions and equity. Written only by its functions.';

grant usage on schema trading to daybook_api;
