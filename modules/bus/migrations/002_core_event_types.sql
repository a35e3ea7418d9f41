-- The event types of the core module, which is installed before this one and emits through it.

insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
select t.event_type, 'core', t.aggregate_type, t.description, t.contract,
       array(select jsonb_object_keys(t.contract -> 'required') order by 1)
  from (values
    ('settings.changed', 'setting', 'A setting was set or rolled back.',
     '{"required": {"key": "string", "version": "integer", "value": "any", "change_id": "uuid", "reason": "string"},
       "optional": {"restored_from": "integer"}}'::jsonb),
    ('settings.account_granted', 'account_grants', 'The rights of a role on an account were given, changed or revoked (no rights left).',
     '{"required": {"account_id": "uuid", "role_name": "string", "rights": "array"}}'),
    ('settings.account_grant_refused', 'account_grants', 'A change of rights was refused.',
     '{"required": {"account_id": "uuid", "role_name": "string", "rights": "array", "refusal_code": "string"}}'),
    ('settings.coin_changed', 'coin', 'A symbol of the coin universe was added, changed, enabled or disabled.',
     '{"required": {"symbol": "string", "base": "string", "quote": "string", "enabled": "boolean"}}'),
    ('ops.session_opened', 'session', 'A program opened a runtime session.',
     '{"required": {"session_id": "uuid", "program": "string", "version": "string", "host": "string", "pid": "integer"}}'),
    ('ops.session_closed', 'session', 'A program closed its runtime session.',
     '{"required": {"session_id": "uuid", "reason": "string"}}')
  ) as t (event_type, aggregate_type, description, contract);
