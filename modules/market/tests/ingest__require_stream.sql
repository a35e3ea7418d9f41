-- What a source may state: the streams of the register, and the two beside it.
begin;
select plan(5);

select lives_ok($$select ingest._require_stream(s.stream) from ingest.streams s$$, 'every stream of the register');
select lives_ok($$select ingest._require_stream('funding_snapshots'), ingest._require_stream('listings')$$, 'and those beside it');
select is((select count(*) from ingest.streams s where s.stream in ('funding_snapshots', 'listings')), 0::bigint, 'which do not stand there');
select throws_ok($$select ingest._require_stream('nothing')$$, 'TB002', $$argument p_stream names no stream: 'nothing'$$, 'nothing else');
select throws_ok($$select ingest._require_stream(repeat('x', 300))$$, 'TB002', format('argument p_stream names no stream: %L', repeat('x', 200)), 'told as far as is of use');

select * from finish();
rollback;
