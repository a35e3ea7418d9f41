-- daybook mirror: schema settings
-- role: daybook_api
-- role: daybook_owner

create schema settings;

alter schema settings owner to daybook_owner;

comment on schema settings is 'Configuration as data: settings with full history, time windows, the universe of coins, rights on accounts.';

grant usage on schema settings to daybook_api;
