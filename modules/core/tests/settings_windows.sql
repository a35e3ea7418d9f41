begin;
select plan(3);

select throws_ok($$insert into settings.windows (label, unit, unit_ms, count) values ('3m', 'minute', 61000, 3)$$, '23503', null, 'a unit has one length');
select throws_ok($$insert into settings.windows (label, unit, unit_ms, count) values ('0m', 'minute', 60000, 0)$$, '23514', null, 'a window is not empty');
-- no event: a row of the test's own, which no function writes
select results_eq($$insert into settings.windows (label, unit, unit_ms, count) values ('3m', 'minute', 60000, 3) returning duration_ms$$,
    array[180000::bigint], 'the duration is computed');

select * from finish();
rollback;
