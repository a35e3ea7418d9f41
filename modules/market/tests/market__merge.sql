-- What stands and what is kept of the rest depends on what was received and not on the order in which it came.
begin;
select plan(12);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
end
$$;

-- The same dice everywhere: 0 .. p_sides - 1.
create function pg_temp.dice(p_of text, p_sides integer) returns integer language sql immutable as $$
    select (('x' || substr(md5(p_of), 1, 7))::bit(28)::integer % p_sides)
$$;

-- Six batches a round from sources of several ranks, two of them revisions of one file. They overlap, agree and contradict each
-- other, and repeat themselves.
create temporary table batches (name text, source text, file text, place integer);
insert into batches values
    ('A', 'archive_daily', 'a.csv', 1), ('B', 'archive_daily', 'a.csv', 2), ('C', 'archive_daily', 'b.csv', 1),
    ('D', 'archive_monthly', 'a.csv', 1), ('E', 'rest', 'GET /x', 1), ('F', 'somebody', 'f.csv', 1);
create temporary table stated as
    select r.round, b.name, b.source, b.file, b.place, l.line, pg_temp.dice(concat('k', r.round, b.name, l.line), 12) as key,
           pg_temp.dice(concat('v', r.round, b.name, l.line), 2) as value
      from generate_series(1, 3) as r(round), batches b, generate_series(1, 14) as l(line)
     where pg_temp.dice(concat('there', r.round, b.name, l.line), 10) < 8;
create temporary table expected as
    select distinct on (s.round, s.key) s.round, s.key, s.value, s.name
      from stated s left join ingest.sources r on r.source = s.source
     order by s.round, s.key, coalesce(r.rank, 0) desc, s.place desc, s.file collate "C" desc, s.line desc;

create temporary table loads (stream text, round integer, turn integer, instrument_id uuid, name text, batch_id uuid, counts bigint[]);

create function pg_temp.content(p_stream text, p_key integer, p_value integer) returns jsonb language sql immutable as $$
    select case p_stream
        when 'klines' then jsonb_build_object('open_time', t.at, 'open', p_value, 'high', p_value, 'low', p_value, 'close', p_value, 'volume', 1)
        when 'book_depth' then jsonb_build_object('snapshot_time', '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => p_key / 3),
                                                  'percentage', p_key % 3, 'depth', p_value, 'notional', 0.1)
        when 'trades' then jsonb_build_object('trade_id', p_key, 'trade_time', t.at + make_interval(secs => p_value * 0.001), 'price', p_value,
                                              'quantity', 1)
        end
      from (select '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => p_key) as at) t
$$;

-- Loads the batches of a round in the order of this turn, for an instrument of its own. Files are registered before.
create function pg_temp.play(p_stream text, p_round integer, p_turn integer) returns void language plpgsql as $$
declare
    v_instrument uuid;
    v_paths      text := format('%s %s %s ', p_stream, p_round, p_turn);
    v_batch      record;
    v_answer     record;
begin
    select r.instrument_id into v_instrument
      from ref.fn_register_instrument(util.uuid_from_name(util.uuid_from_name('00000000-0000-7000-8000-00000000000a', 'merge'), v_paths),
                                      'tap_venue', replace(upper(v_paths), ' ', ''), 'spot', 'TBASE', 'TQUOTE') r;
    perform f.revision
       from batches b,
            market.fn_register_file(b.source, v_paths || b.file, sha256((v_paths || b.name)::bytea), 1) f;
    for v_batch in
        select b.*, util.uuid_v7() as id,
               (select jsonb_agg(pg_temp.content(p_stream, s.key, s.value) order by s.line)
                  from stated s where s.round = p_round and s.name = b.name) as rows
          from batches b
         order by pg_temp.dice(concat(p_round, 'turn', p_turn, b.name), 1000000)
    loop
        select * into v_answer
          from market.fn_record_rows(v_batch.id, v_batch.source, p_stream, v_instrument, case p_stream when 'klines' then 60 end,
                                     v_paths || v_batch.file, sha256((v_paths || v_batch.name)::bytea), 1, v_batch.rows);
        insert into loads values (p_stream, p_round, p_turn, v_instrument, v_batch.name, v_batch.id,
                                  array[v_answer.rows_in, v_answer.inserted, v_answer.duplicate, v_answer.superseded, v_answer.rejected]);
    end loop;
end
$$;
select lives_ok(format('select pg_temp.play(%L, r, t) from generate_series(1, 3) r, generate_series(1, 3) t', s.stream),
                'batches of ' || s.stream || ' arrive in many orders')
  from unnest('{klines, book_depth, trades}'::text[]) as s(stream);

create temporary view standing as
    select l.stream, l.round, l.turn, s.key, s.value
      from (select distinct stream, round, turn, instrument_id from loads) l
      cross join lateral (
          select (extract(epoch from k.open_time - '2020-01-01 00:00:00+00') / 60)::integer as key, k.close::integer as value
            from market.klines k where l.stream = 'klines' and k.instrument_id = l.instrument_id
          union all
          select (extract(epoch from d.snapshot_time - '2020-01-01 00:00:00+00') / 20)::integer + d.percentage::integer, d.depth::integer
            from market.book_depth d where l.stream = 'book_depth' and d.instrument_id = l.instrument_id
          union all
          select t.trade_id::integer, t.price::integer from market.trades t where l.stream = 'trades' and t.instrument_id = l.instrument_id) s;
select results_eq(
    format($$select round, turn, key, value from standing where stream = %L order by 1, 2, 3$$, s.stream),
    $$select e.round, t.turn, e.key, e.value from expected e, generate_series(1, 3) as t(turn) order by 1, 2, 3$$,
    'of ' || s.stream || ' what the best batch stated stands, in whatever order they came')
  from unnest('{klines, book_depth, trades}'::text[]) as s(stream);

-- A value that lost is kept, once at least, whichever way it lost. What won in the end may have lost in between.
create temporary view lost as
    select distinct l.stream, l.round, l.turn,
           case l.stream when 'trades' then (u.key ->> 'trade_id')::integer
                         when 'klines' then (extract(epoch from u.row_time - '2020-01-01 00:00:00+00') / 60)::integer
                         else (extract(epoch from u.row_time - '2020-01-01 00:00:00+00') / 20)::integer + (u.key ->> 'percentage')::integer
           end as key,
           coalesce(u.row ->> 'close', u.row ->> 'depth', u.row ->> 'price')::integer as value
      from market.superseded u join loads l on l.batch_id = u.batch_id;
select set_eq(
    format($$select l.round, l.turn, l.key, l.value from lost l join expected e using (round, key) where l.stream = %L and l.value <> e.value$$,
           s.stream),
    $$select distinct s.round, t.turn, s.key, s.value from stated s join expected e using (round, key), generate_series(1, 3) as t(turn)
       where s.value <> e.value$$,
    'of ' || s.stream || ' every value that lost is kept, and nothing else')
  from unnest('{klines, book_depth, trades}'::text[]) as s(stream);

select is_empty('select * from loads where counts[1] <> counts[2] + counts[3] + counts[4] + counts[5]', 'each row has one fate');
select ok((select count(*) > 10 from loads where counts[3] > 0) and (select count(*) > 10 from loads where counts[4] > 0)
          and (select count(*) > 10 from loads l join ingest.confirmations c on c.confirmed_by = l.batch_id),
          'rows were equal, contradicted and confirmed in many batches');

-- The rank is data.
select market.fn_set_source_rank('somebody', 600000, 'they were right every time');
insert into expected
    select distinct on (s.round, s.key) s.round + 100, s.key, s.value, s.name
      from stated s left join ingest.sources r on r.source = s.source
     order by s.round, s.key, coalesce(r.rank, 0) desc, s.place desc, s.file collate "C" desc, s.line desc;
do $$
begin
    perform pg_temp.play('klines', r, 5) from generate_series(1, 3) r;
end
$$;
select results_eq(
    $$select round + 100, key, value from standing where stream = 'klines' and turn = 5 order by 1, 2$$,
    $$select round, key, value from expected where round > 100 order by 1, 2$$, 'another rank, another winner');

select * from finish();
rollback;
