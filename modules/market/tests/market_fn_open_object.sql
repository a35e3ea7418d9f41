-- Opening an object: what answers, what is malformed. market_fn_close_object.sql has the rest.
begin;
select plan(7);

-- no event for ingest.objects: an open object cannot be committed, and what closes it emits

create function pg_temp.open(p_id uuid, p_encoding text, p_sha bytea, p_size bigint) returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field) from market.fn_open_object(p_id, p_encoding, p_sha, p_size)
$$;

select throws_ok($$select pg_temp.open(null, 'zip', sha256(''), 0)$$, 'TB001', null, 'an object has an identity');
select throws_ok($$select pg_temp.open(util.uuid_v7(), 'rar', sha256(''), 0)$$, 'TB001', null, 'an encoding that is not known');
select throws_ok($$select pg_temp.open(util.uuid_v7(), 'zip', 'short', 0)$$, 'TB001', null, 'a hash of the wrong length');
select throws_ok($$select pg_temp.open(util.uuid_v7(), 'zip', sha256(''), null)$$, 'TB001', null, 'a hash without a size');
select is(pg_temp.open('00000000-0000-7000-8000-000000000001', 'zip', sha256(''), 0), 'created', 'an object is opened');
select throws_ok($$select pg_temp.open('00000000-0000-7000-8000-000000000001', 'zip', sha256(''), 0)$$, 'TB004', null, 'and not twice');
select throws_ok($$insert into ingest.object_chunks values (util.uuid_v7(), 0, 'x')$$, 'TB004', null, 'chunks need an open object');

select * from finish();
rollback;
