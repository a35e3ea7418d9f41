begin;
select plan(3);

-- no event: those who write to the audit log emit
select ok(audit._write('test.act', 'thing', 'x', '0190a000-0000-7000-8000-00000000000a', 'refused', 'because', '{"a": 1}', '{"actor": "tester"}') > 0,
    'a row is numbered');
select results_eq(
    $$select action, subject_type, subject_id, account_id, outcome, code, detail, session_role, ctx, xid = pg_current_xact_id() from audit.audit_log where subject_id = 'x'$$,
    $$values ('test.act', 'thing', 'x', '0190a000-0000-7000-8000-00000000000a'::uuid, 'refused', 'because', '{"a": 1}'::jsonb, session_user, '{"actor": "tester"}'::jsonb, true)$$,
    'and says who, what, in which transaction and with which answer');
select throws_ok($$insert into audit.audit_log (audit_id, action, subject_type, subject_id, outcome) values (1, 'a', 'b', 'c', 'd')$$, '428C9', null,
    'numbers are the server''s');

select * from finish();
rollback;
