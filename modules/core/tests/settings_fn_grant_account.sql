-- Tests run as one ordinary role, so the other side of a grant is a role that every cluster has and this one is no member of.
begin;
select plan(20);

select throws_ok($$select settings.require_account('0190a000-0000-7000-8000-00000000000a', 'read')$$, '42501', null, 'without a grant nothing is allowed');
select throws_ok($$select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', session_user, '{read}')$$, '42501', null,
    'nor can one grant rights to oneself');

select lives_ok($$select settings._grant_account_initial('0190a000-0000-7000-8000-00000000000a', null)$$, 'who opens an account');
select lives_ok($$select settings.require_account('0190a000-0000-7000-8000-00000000000a', r) from unnest(array['read', 'trade', 'manage']) as r$$, 'may do everything with it');
select throws_ok($$select settings.require_account('0190a000-0000-7000-8000-00000000000b', 'read')$$, '42501', null, 'and nothing with another');
select throws_ok($$select settings.require_account('0190a000-0000-7000-8000-00000000000a', 'own')$$, 'TB001', null, 'an unknown right is malformed');
select throws_ok($$select settings.require_account(null, 'read')$$, '42501', null, 'no account is nobody''s account');

select results_eq($$select * from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', 'pg_monitor', '{trade,read,trade}')$$,
    $$values ('created', array['read', 'trade'], null::text, null::text)$$, 'a manager grants');
select results_eq($$select * from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', 'pg_monitor', '{read,trade}')$$,
    $$values ('replayed', array['read', 'trade'], null::text, null::text)$$, 'the same again changes nothing');
select results_eq($$select * from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', 'pg_monitor', '{}')$$,
    $$values ('created', '{}'::text[], null::text, null::text)$$, 'no rights revoke');
select results_eq($$select outcome, rights, refusal_code from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', session_user, '{read}')$$,
    $$values ('refused', array['manage', 'read', 'trade'], 'last_manager')$$, 'the last manager stays');
select lives_ok($$select settings.require_account('0190a000-0000-7000-8000-00000000000a', 'manage')$$, 'with all rights');
select results_eq($$select outcome from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', 'pg_monitor', '{manage}')$$, array['created'], 'with a second manager');
select results_eq($$select outcome from settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', session_user, '{read}')$$, array['created'], 'the first can step back');
select throws_ok($$select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000a', session_user, '{manage}')$$, '42501', null, 'and cannot return alone');

select results_eq($$select event_type, aggregate_version::bigint from bus.domain_events where account_id = '0190a000-0000-7000-8000-00000000000a' order by id$$,
    $$values ('settings.account_granted', 1::bigint), ('settings.account_granted', 2), ('settings.account_granted', 3),
             ('settings.account_grant_refused', 4), ('settings.account_granted', 5), ('settings.account_granted', 6)$$,
    'an event for each change and the refusal');
select results_eq($$select outcome, code from audit.audit_log where account_id = '0190a000-0000-7000-8000-00000000000a' order by audit_id$$,
    $$values ('created', null::text), ('created', null), ('created', null), ('refused', 'last_manager'), ('created', null), ('created', null)$$, 'and an audit row');

select settings._grant_account_initial('0190a000-0000-7000-8000-00000000000c', null);
select throws_ok($$select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000c', 'no_such_role_at_all', '{read}')$$, 'TB002', null, 'an unknown role');
select throws_ok($$select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000c', 'pg_monitor', '{own}')$$, 'TB001', null, 'an unknown right');
select throws_ok($$select settings.fn_grant_account('0190a000-0000-7000-8000-00000000000c', 'pg_monitor', null)$$, 'TB001', null, 'no list of rights');

select * from finish();
rollback;
