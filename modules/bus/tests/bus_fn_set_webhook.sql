-- no event for bus.webhook_queues: it comes with an endpoint, whose event says so
begin;
select plan(41);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.add(
    p_url text default 'https://example.com/hook', p_types text[] default null, p_secrets text[] default '{tap}', p_settings jsonb default '{}',
    p_after bigint default null, out outcome text, out state text, out conflict_field text)
language sql as $$
    select s.* from bus.fn_set_webhook(pg_temp.u('one'), p_url, p_types, p_secrets, null, p_settings, p_after) as s
$$;

select is((select (a.outcome, a.state)::text from pg_temp.add(p_types => '{settings.changed,ops.session_opened,settings.changed}') as a), '(created,enabled)', 'added');
select is((select (e.event_types, e.secrets, e.rate_per_s, e.in_flight_max, e.timeout_ms, e.retry_first_ms, e.retry_for_s, e.allow_private, e.state)::text
             from bus.v_webhooks as e where e.endpoint_id = pg_temp.u('one')),
    '("{ops.session_opened,settings.changed}",{tap},50,4,15000,5000,259200,f,enabled)', 'types are a set, and the rest has defaults');
select is((select q.behind_seq from bus.webhook_queues as q where q.endpoint_id = pg_temp.u('one')), (select last_seq from bus.logs where log = 0),
    'it begins at the end of the log');
select is((select (e.event_type, e.aggregate_version, e.payload ->> 'host', e.payload ? 'url')::text from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('one')::text), '(bus.webhook_set,1,https://example.com,f)', 'an event tells the host and not the path');
select is((select outcome from pg_temp.add(p_types => '{ops.session_opened,settings.changed}')), 'replayed', 'the same again');
select is((select outcome from pg_temp.add(p_types => '{ops.session_opened}', p_settings => '{"rate_per_s": 7, "retry_for_s": 60}')), 'changed', 'another wish');
select is((select (e.event_types, e.rate_per_s, e.retry_for_s)::text from bus.v_webhooks as e where e.endpoint_id = pg_temp.u('one')), '({ops.session_opened},7,60)',
    'is what holds');
select is((select outcome from pg_temp.add()), 'changed', 'all types');
select is((select outcome from pg_temp.add(p_secrets => '{tap2,tap}')), 'changed', 'a second secret');
select is((select max(e.aggregate_version) from bus.domain_events as e where e.aggregate_id = pg_temp.u('one')::text), 4::bigint, 'an event for each change');
select is((select (s.outcome, s.conflict_field)::text from bus.fn_set_webhook(pg_temp.u('one'), 'https://example.com/hook', null, '{tap}', pg_temp.u('account')) as s),
    '(conflict,account_id)', 'it stays with its account');

prepare set_url (text, jsonb) as select * from pg_temp.add(p_url => $1, p_settings => $2);
select throws_ok(format('execute set_url(%L, %L)', u.url, u.settings), 'TB001', null, u.what)
  from (values
    ('http://example.com/', '{}', 'http without leave'),
    ('https://', '{}', 'no host'),
    ('https://me:secret@example.com/', '{}', 'a password'),
    ('https://example.com/#part', '{}', 'a fragment'),
    ('https://example.com/a b', '{}', 'a space'),
    (E'https://example.com/\r\nX: y', '{}', 'a line break'),
    ('ftp://example.com/', '{}', 'another protocol'),
    ('example.com', '{}', 'no protocol'),
    ('', '{}', 'nothing'),
    ('https://example.com/' || repeat('x', 2000), '{}', 'too long'),
    ('https://example.com/', '{"rate": 1}', 'an unknown setting'),
    ('https://example.com/', '{"rate_per_s": 0}', 'a rate of nothing'),
    ('https://example.com/', '{"rate_per_s": 1.5}', 'half a request'),
    ('https://example.com/', '{"rate_per_s": "1"}', 'a number in quotes'),
    ('https://example.com/', '{"in_flight_max": 65}', 'too many at once'),
    ('https://example.com/', '{"timeout_ms": 120001}', 'too long a wait'),
    ('https://example.com/', '{"allow_private": "true"}', 'a truth in quotes'),
    ('https://example.com/', '{"retry_for_s": null}', 'a setting of nothing')) as u (url, settings, what);
select lives_ok($$execute set_url('http://localhost:8080/x?y=1', '{"allow_private": true}')$$, 'http where private addresses are allowed');
select throws_ok($$select * from pg_temp.add(p_types => '{a.b}')$$, 'TB002', null, 'a type that is not declared');
select throws_ok($$select * from pg_temp.add(p_types => '{}')$$, 'TB002', null, 'no types at all');
select throws_ok($$select * from pg_temp.add(p_types => '{settings.changed,null}')$$, 'TB002', null, 'an absent type');
select throws_ok($$select * from pg_temp.add(p_secrets => '{}')$$, 'TB001', null, 'no secret');
select throws_ok($$select * from pg_temp.add(p_secrets => '{a,a}')$$, 'TB001', null, 'one secret twice');
select throws_ok($$select * from pg_temp.add(p_secrets => '{a,b,c}')$$, 'TB001', null, 'three secrets');
select throws_ok($$select * from pg_temp.add(p_secrets => '{A-b}')$$, 'TB001', null, 'a name that no variable could have');
select throws_ok($$select * from pg_temp.add(p_secrets => null)$$, 'TB001', null, 'none named');
select throws_ok($$select * from pg_temp.add(p_after => 1000000)$$, 'TB001', null, 'a place that does not exist yet');
select throws_ok($$select * from bus.fn_set_webhook(null, 'https://example.com/', null, '{tap}')$$, 'TB001', null, 'no identity');
select throws_ok($$select * from bus.fn_set_webhook(pg_temp.u('two'), 'https://example.com/', null, '{tap}', pg_temp.u('account'))$$, '42501', null,
    'the secret of another account');

select * from finish();
rollback;
