-- daybook mirror: schema ref
-- role: daybook_api
-- role: daybook_owner

create schema ref;

alter schema ref owner to daybook_owner;

comment on schema ref is 'Reference data known to every module: currencies, venues, instruments.';

grant usage on schema ref to daybook_api;
