-- Contents as received: sent in chunks, checked, kept once, never added to.
begin;
select plan(18);

-- no event for ingest.objects: an open object cannot be committed, and what closes it emits
-- no event for ingest.object_chunks: they are sent between opening and closing

create function pg_temp.open(p_n integer, p_content bytea, p_encoding text default 'identity') returns text language sql as $$
    select concat_ws(' ', outcome, right(object_id::text, 1), conflict_field)
      from market.fn_open_object(('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid, p_encoding, sha256(p_content), length(p_content))
$$;
create function pg_temp.send(p_n integer, p_chunk_no integer, p_bytes bytea) returns void language plpgsql as $$
begin
    insert into ingest.object_chunks (object_id, chunk_no, bytes) values (('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid, p_chunk_no, p_bytes);
end
$$;
create function pg_temp.close(p_n integer, p_chunks bytea[], p_content bytea default null) returns text language sql as $$
    select concat_ws(' ', outcome, right(object_id::text, 1), conflict_field)
      from market.fn_close_object(('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid, cardinality(p_chunks),
                                  (select coalesce(sum(length(c)), 0) from unnest(p_chunks) c)::bigint,
                                  sha256((select coalesce(string_agg(sha256(c.b), '' order by c.n), '') from unnest(p_chunks) with ordinality as c(b, n))),
                                  '{10000}', sha256(p_content), length(p_content))
$$;

select is(pg_temp.open(1, 'hello world'), 'created 1', 'an object is opened');
select throws_ok('set constraints ingest.objects_kept_at_commit immediate', 'TB004', null, 'an open object cannot be committed');
select lives_ok($$select pg_temp.send(1, 0, 'hello ')$$, 'chunks are sent');
select throws_ok($$select pg_temp.close(1, array['hello ', 'world']::bytea[])$$, 'TB004', null, 'a chunk is missing');
select lives_ok($$select pg_temp.send(1, 1, 'WORLD')$$, 'another is sent');
select throws_ok($$select pg_temp.close(1, array['hello ', 'world']::bytea[])$$, 'TB004', null, 'what arrived is not what was sent');
select throws_ok($$select pg_temp.close(1, array['hello ', 'WORLD']::bytea[])$$, 'TB004', null, 'nor the content of that hash');
select is(pg_temp.open(2, 'hello world'), 'created 2', 'nothing is kept yet, so the content is opened again');
select lives_ok($$select pg_temp.send(2, 0, 'hello ')$$, 'and sent');
insert into ingest.object_chunks values ('00000000-0000-7000-8000-000000000002', 1, 'world', sha256('WORLD'));
select is((select c.sha256 from ingest.object_chunks c where c.bytes = 'world'), sha256('world'), 'with its hash, whatever the sender says it is');
select is(pg_temp.close(2, array['hello ', 'world']::bytea[]), 'created 2', 'and kept');
select is(pg_temp.close(2, array['hello ', 'world']::bytea[]), 'replayed 2', 'closing it again is replayed');
select throws_ok($$select pg_temp.send(2, 2, '!')$$, 'TB004', null, 'what is kept is never added to');
select is(pg_temp.open(3, 'hello world'), 'replayed 2', 'the same content has nothing to send');
select results_eq(
    $$select string_agg(r.bytes, '' order by r.chunk_no), min(r.encoding) from market.fn_read_object(sha256('hello world')) r$$,
    $$values ('hello world'::bytea, 'identity'::text)$$, 'it is read back');
select is((select concat_ws(' ', outcome, right(object_id::text, 1))
             from market.fn_open_object('00000000-0000-7000-8000-000000000004', 'zstd', null, null)), 'created 4',
          'the hash may be unknown at first');
select is(pg_temp.close(4, '{}', 'hello world'), 'replayed 2', 'and turn out to be known');
select throws_ok($$select pg_temp.close(4, '{}')$$, 'TB001', null, 'but has to be given in the end');

select * from finish();
rollback;
