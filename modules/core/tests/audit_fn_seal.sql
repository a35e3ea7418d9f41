-- Sealing, and what is found where a sealed row was tampered with by somebody who may do anything.
-- no event for audit.seals: a seal that made an event would never be the last one
-- no event for audit.sealed_rows: they are parts of a seal
-- no event for audit.audit_log: those who write to it emit
begin;
select plan(24);

-- Places are given to what is committed; here they are given by hand to events of this transaction.
create function pg_temp.record(p_things integer) returns void language plpgsql as $$
begin
    for v_n in 1 .. p_things loop
        perform bus.fn_emit_domain_event('test.thing_done', 'x', jsonb_build_object('n', v_n));
    end loop;
    insert into bus.event_seq (log, seq, epoch, id, sequenced_at)
    select 0, l.last_seq + row_number() over (order by d.id), l.epoch, d.id, clock_timestamp()
      from bus.domain_events as d cross join bus.logs as l
     where not exists (select 1 from bus.event_seq as s where s.id = d.id);
    update bus.logs set last_seq = (select coalesce(max(s.seq), 0) from bus.event_seq as s);
end
$$;
create function pg_temp.problems() returns setof text language sql as
$$select format('%s: %s', v.seal_no, v.problem) from audit.fn_verify_seals() as v where v.problem is not null$$;
select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
select pg_temp.record(0);
delete from audit.sealed_rows;
delete from audit.seals;
create temporary table start as select last_seq, (select count(*) from audit.audit_log) as audit_rows from bus.logs;

select pg_temp.record(3);
select audit._write('test.act', 'thing', n::text, null, 'refused', 'because', '{"a": 1}', null) from generate_series(1, 2) as n;
select results_eq($$select s.outcome, s.seal_no, s.last_seq, s.events, s.audit_rows from audit.fn_seal(1000000) as s$$,
    $$select 'created', 1::bigint, last_seq + 3, last_seq + 3, audit_rows + 2 from start$$, 'the first seal covers all that is there');
select results_eq($$select s.outcome, s.seal_no, s.events, s.audit_rows from audit.fn_seal() as s$$, $$values ('replayed', 1::bigint, 0::bigint, 0::bigint)$$,
    'where nothing is new the last one is answered');
select pg_temp.record(5);
select results_eq($$select s.outcome, s.seal_no, s.events from audit.fn_seal(3) as s$$, $$values ('created', 2::bigint, 3::bigint)$$, 'as many events as are asked for');
select results_eq($$select s.outcome, s.seal_no, s.events from audit.fn_seal(3) as s$$, $$values ('created', 3::bigint, 2::bigint)$$, 'and then the rest');
select audit._write('test.act', 'thing', '3', null, 'refused', 'because', null, null);
select results_eq($$select s.outcome, s.seal_no, s.events, s.audit_rows from audit.fn_seal() as s$$, $$values ('created', 4::bigint, 0::bigint, 1::bigint)$$,
    'a row of the audit log alone is sealed too');
select results_eq($$select v.seal_no, v.hash = s.hash, v.problem from audit.fn_verify_seals() as v join audit.seals as s using (seal_no)$$,
    $$values (1::bigint, true, null::text), (2, true, null), (3, true, null), (4, true, null)$$, 'all is as it was sealed');
select is((select count(*) from audit.fn_verify_seals(1, 2)), 2::bigint, 'it can be looked at piece by piece');

-- The formula of the comment, put together by hand.
select is((select s.hash from audit.seals as s where s.seal_no = 4),
    (select sha256(b.hash || int8send(4) || int8send(b.last_seq) || int8send(b.last_seq) || sha256('') || sha256(r.hash))
       from audit.seals as b, audit.sealed_rows as r where b.seal_no = 3 and r.seal_no = 4), 'the hash is what the comment says');

savepoint whole;
update bus.domain_events set payload = '{"n": 77}' where aggregate_type = 'test_thing' and aggregate_version = 5;
select results_eq('select pg_temp.problems()',
    $$select format('2: an event from place %s to %s, or the seal itself, was changed', last_seq + 4, last_seq + 6) from start$$, 'a changed payload is found');
rollback to whole;
update bus.domain_events set occurred_at = occurred_at + interval '1 microsecond' where aggregate_type = 'test_thing' and aggregate_version = 1;
select is((select count(*) from pg_temp.problems() as p where p like '1: an event%'), 1::bigint, 'a time that was moved is found');
rollback to whole;
delete from bus.domain_events where aggregate_type = 'test_thing' and aggregate_version = 8;
select results_eq('select pg_temp.problems()',
    $$select format('3: of the 2 events from place %s to %s there are 1', last_seq + 7, last_seq + 8) from start$$, 'a removed event is found');
rollback to whole;
update audit.audit_log set outcome = 'created' where subject_id = '2' and action = 'test.act';
select results_eq('select pg_temp.problems()',
    $$select '1: rows of the audit log were changed or removed: ' || audit_id from audit.audit_log where subject_id = '2' and action = 'test.act'$$,
    'a changed row of the audit log is named');
rollback to whole;
delete from audit.audit_log where subject_id = '3' and action = 'test.act';
select is((select count(*) from pg_temp.problems() as p where p like '4: rows of the audit log were changed or removed: %'), 1::bigint, 'a removed one too');
rollback to whole;
update audit.audit_log set outcome = 'created' where subject_id = '3' and action = 'test.act';
update audit.sealed_rows as r set hash = audit._row_hash(a) from audit.audit_log as a where a.audit_id = r.audit_id and r.seal_no = 4;
select results_eq('select pg_temp.problems()', $$values ('4: the seal itself was changed')$$, 'also where its own hash was made to match');
rollback to whole;
update audit.seals set hash = sha256('forged') where seal_no = 2;
select results_eq('select p from pg_temp.problems() as p order by 1',
    $$select format('%s: an event from place %s to %s, or the seal itself, was changed', n, last_seq + f, last_seq + t)
        from start, (values (2, 4, 6), (3, 7, 8)) as v (n, f, t)$$, 'a forged seal, and the one that was built on it');
rollback to whole;
delete from audit.sealed_rows where seal_no = 4;
select results_eq('select pg_temp.problems()', $$values ('4: it covers 1 rows of the audit log, and 0 are known')$$, 'a register of rows that was emptied');
rollback to whole;
set constraints all deferred;
delete from audit.seals where seal_no = 2;
select is((select p from pg_temp.problems() as p limit 1), '3: seal 2 is missing', 'a seal that was taken out');
rollback to whole;
update audit.seals set after_seq = after_seq + 1 where seal_no = 3;
select is((select p from pg_temp.problems() as p limit 1),
    (select format('3: begins after place %s, and the one before ends at %s', last_seq + 7, last_seq + 6) from start), 'places that are in no seal');
rollback to whole;

-- After a restore transactions count anew: a row may have any transaction id, and must be neither forgotten nor sealed twice.
insert into bus.log_epochs (log, epoch, after_seq, reason) select 0, epoch + 1, last_seq, 'restored' from bus.logs;
update bus.logs set epoch = epoch + 1;
insert into audit.audit_log (xid, action, subject_type, subject_id, outcome) values ('3', 'test.act', 'thing', '4', 'refused');
select results_eq($$select s.outcome, s.seal_no, s.audit_rows from audit.fn_seal() as s$$, $$values ('created', 5::bigint, 1::bigint)$$,
    'a row with a transaction id of long ago is sealed in the new epoch');
select is((select s.outcome from audit.fn_seal() as s), 'replayed', 'once');
select is_empty('select pg_temp.problems()', 'and the chain is whole');

select throws_ok('select audit.fn_seal(0)', 'TB001', null, 'none at once is refused');
select throws_ok('select audit.fn_verify_seals(null)', 'TB001', null, 'no place to begin is refused');
select throws_ok('select audit.fn_verify_seals(0, 0)', 'TB001', null, 'nor is none to look at');

select * from finish();
rollback;
