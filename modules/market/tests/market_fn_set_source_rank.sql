-- Whom to believe is decided with a reason. That it decides conflicts is shown by market__merge.sql.
begin;
select plan(8);

create function pg_temp.rank(p_source text, p_rank integer) returns text language sql as $$
    select concat_ws(' ', outcome, rank, old_rank) from market.fn_set_source_rank(p_source, p_rank, 'they know', '{"actor": "tap"}')
$$;

select is(pg_temp.rank('tap', 5), 'created 5', 'a source gets a rank');
select is(pg_temp.rank('tap', 5), 'replayed 5 5', 'the same again changes nothing');
select is(pg_temp.rank('tap', 9), 'created 9 5', 'another is another');
select results_eq($$select rank, comment from ingest.sources where source = 'tap'$$, $$values (9, 'they know'::text)$$, 'it stands');
select is((select count(*) from audit.audit_log where subject_id = 'tap' and code = 'source_ranked' and detail ->> 'reason' = 'they know'), 2::bigint,
          'with who and why');
select throws_ok($$select pg_temp.rank('tap', -1)$$, 'TB001', null, 'ranks are not negative');
select throws_ok($$select pg_temp.rank('tap', 900000)$$, 'TB001', null, 'nothing that is received stands above corrections');
select throws_ok($$select pg_temp.rank('correction', 1)$$, 'TB001', null, 'nor do corrections sink');

select * from finish();
rollback;
