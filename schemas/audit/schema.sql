-- daybook mirror: schema audit
-- role: daybook_api
-- role: daybook_audit
-- role: daybook_monitor
-- role: daybook_owner
-- role: daybook_relay

create schema audit;

alter schema audit owner to daybook_owner;

comment on schema audit is 'Append-only record of decisions: refusals, conflicts, grants and other acts that must be answerable.';

grant usage on schema audit to daybook_api;
grant usage on schema audit to daybook_audit;
grant usage on schema audit to daybook_monitor;
grant usage on schema audit to daybook_relay;
