-- daybook mirror: schema ops
-- role: daybook_api
-- role: daybook_owner

create schema ops;

alter schema ops owner to daybook_owner;

comment on schema ops is 'Operation of the installation: runtime sessions, and later smokes and their results.';

grant usage on schema ops to daybook_api;
