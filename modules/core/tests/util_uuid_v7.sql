begin;
select plan(9);

create temporary table made as select util.uuid_v7() as id, clock_timestamp() as at from generate_series(1, 1000);

select is((select count(distinct id) from made), 1000::bigint, 'ids differ');
select is_empty($$select id from made where substring(id::text from 15 for 1) <> '7'$$, 'the version is 7');
select is_empty($$select id from made where substring(id::text from 20 for 1) !~ '[89ab]'$$, 'the variant is that of RFC 9562');
select is_empty($$select id from made where util.uuid_v7_time(id) not between at - interval '2 s' and at$$, 'the id carries the clock');
select ok((select count(distinct right(id::text, 12)) > 990 from made), 'the rest is random');
select ok(util.uuid_v7() < (select util.uuid_v7() from pg_sleep(0.003)), 'a later id sorts after an earlier one');

select is(util.uuid_v7_time('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'), '2022-02-22 19:22:22+00'::timestamptz, 'the time of the example in RFC 9562');
select is(util.uuid_v7_time(gen_random_uuid()), null, 'a uuid of another version carries no time');
select is(util.uuid_v7_time(null), null, 'null has no time');

select * from finish();
rollback;
