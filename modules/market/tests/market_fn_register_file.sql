-- Revisions of a path, and hashes that were published.
begin;
select plan(15);

create function pg_temp.register(p_path text, p_sha text, p_published text default null, p_reason text default null) returns text language sql as $$
    select concat_ws(' ', outcome, revision, checksum, refusal_code)
      from market.fn_register_file('tap', p_path, sha256(p_sha::bytea), 1, sha256(p_published::bytea), p_reason, 'm.csv', 4294967295, 10,
                                   '{"separator": ","}', '{"actor": "tap"}')
$$;

select is(pg_temp.register('a.zip', 'a'), 'created 1 none', 'a path begins with revision 1');
select is(pg_temp.register('a.zip', 'a'), 'replayed 1 none', 'the same content again is no revision');
select is(pg_temp.register('a.zip', 'b'), 'created 2 none', 'other content is the next one');
select is(pg_temp.register('a.zip', 'a'), 'created 3 none', 'and going back is one more');
select is(pg_temp.register('b.zip', 'a', 'a'), 'created 1 verified', 'a content with the published hash is verified');
select results_eq(
    $$select path, revision, member_name, member_crc32, member_size, dialect, ctx from ingest.files where source = 'tap' and path = 'b.zip'$$,
    $$values ('b.zip'::text, 1, 'm.csv'::text, 4294967295::bigint, 10::bigint, '{"separator": ","}'::jsonb, '{"actor": "tap"}'::jsonb)$$,
    'what it was is written down');
select is(pg_temp.register('c.zip', 'a', 'z'), 'refused checksum_mismatch', 'one without it is refused');
select is((select count(*) from ingest.files where source = 'tap' and path = 'c.zip'), 0::bigint, 'and not registered');
select results_eq(
    $$select outcome, code from audit.audit_log where subject_id = 'tap c.zip'$$, $$values ('refused'::text, 'checksum_mismatch'::text)$$,
    'the refusal is audited');
select is(pg_temp.register('c.zip', 'a', 'z', 'the publisher confirmed it'), 'created 1 overridden', 'with a reason it is accepted');
select results_eq(
    $$select outcome, code, detail ->> 'reason' from audit.audit_log where subject_id = 'tap c.zip' and code = 'checksum_overridden'$$,
    $$values ('created'::text, 'checksum_overridden'::text, 'the publisher confirmed it'::text)$$, 'which is audited');
select is(pg_temp.register('d.zip', 'a', 'a', 'not needed'), 'created 1 verified', 'a reason that was not needed');
select is((select override_reason from ingest.files where source = 'tap' and path = 'd.zip'), null, 'is not kept');
select throws_ok($$select market.fn_register_file('tap', 'x', null, 1)$$, 'TB001', null, 'a file has a hash');
select throws_ok($$select market.fn_register_file('tap', '', sha256('x'), 1)$$, 'TB001', null, 'and a path');

select * from finish();
rollback;
