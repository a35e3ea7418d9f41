-- daybook mirror: schema util
-- role: daybook_api
-- role: daybook_owner

create schema util;

alter schema util owner to daybook_owner;

comment on schema util is 'Low-level helpers without business meaning: ids, time, exact decimals, checks of arguments.';

grant usage on schema util to daybook_api;
