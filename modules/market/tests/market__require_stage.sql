-- The session owns its temporary schema. Nothing that it puts there may be taken for the stage.
begin;
select plan(8);

-- no event for ingest.batches: an open batch cannot be committed, and what closes it emits

create temporary table series (instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot',
                                          'TBASE', 'TQUOTE') r;
end
$$;

create function pg_temp.open(p_batch_id uuid) returns text language sql as $$
    select target
      from market.fn_open_batch(p_batch_id, 'tap', 'klines', (select instrument_id from series), 60, 'tap.csv',
                                      sha256(p_batch_id::text::bytea), 1, '2020-01-01 00:00:00+00', '2020-01-01 00:01:00+00', false)
$$;
create function pg_temp.swap(p_batch_id uuid, p_make text) returns void language plpgsql as $$
begin
    perform pg_temp.open(p_batch_id);
    execute 'drop table pg_temp.market_stage';
    execute p_make;
    perform market.fn_close_batch(p_batch_id, 0, null, null, null, null);
end
$$;

create temporary view market_stage as select 1 as planted;
select throws_ok($$select pg_temp.open('00000000-0000-7000-8000-000000000001')$$, 'TB004', null, 'a view of that name is not used');
drop view pg_temp.market_stage;
create temporary sequence market_stage;
select throws_ok($$select pg_temp.open('00000000-0000-7000-8000-000000000001')$$, 'TB004', null, 'nor is a sequence');
drop sequence pg_temp.market_stage;

select throws_ok(
    $$select pg_temp.swap('00000000-0000-7000-8000-000000000001', 'create temporary view market_stage as select * from market.klines')$$,
    'TB004', null, 'a stage replaced by a view is noticed');
select throws_ok(
    $$select pg_temp.swap('00000000-0000-7000-8000-000000000001',
        'create temporary table market_stage (like market.klines); create rule r as on delete to pg_temp.market_stage do instead nothing')$$,
    'TB004', null, 'a stage with a rule is noticed');
select throws_ok(
    $$select pg_temp.swap('00000000-0000-7000-8000-000000000001',
        'create temporary table market_stage (like market.klines); create temporary table heir () inherits (pg_temp.market_stage)')$$,
    'TB004', null, 'a stage with an heir is noticed');
select throws_ok(
    $$select pg_temp.swap('00000000-0000-7000-8000-000000000001', 'select 1')$$, 'TB004', null, 'a missing stage is noticed');

select is(pg_temp.open('00000000-0000-7000-8000-000000000001'), 'pg_temp.market_stage', 'the name is usable again');
select lives_ok($$select market._require_stage('market.klines')$$, 'and the stage that opening made is accepted');

select * from finish();
rollback;
