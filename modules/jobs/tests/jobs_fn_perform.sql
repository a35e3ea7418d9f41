-- no event for jobs.jobs: the queue is machinery
-- no event for jobs.finished: the queue is machinery
-- no event for jobs.claims: the queue is machinery
-- no event for jobs.workers: the queue is machinery
begin;
select plan(9);

create function pg_temp.u(name text) returns uuid language sql immutable as $$ select md5('perform ' || name)::uuid $$;
create table public.traces (job uuid, actor text, args jsonb);
create schema perform_test;
create function perform_test.fn_note(args jsonb, ctx jsonb) returns jsonb language plpgsql as $$
begin
    insert into public.traces values ((ctx ->> 'cause')::uuid, ctx ->> 'actor', args);
    if args ? 'fail' then
        raise exception 'as was asked for';
    end if;
    return null;
end $$;
grant usage on schema perform_test to public;
grant insert on public.traces to public;
select jobs.fn_declare_handler('perform.note', 'function', 'perform_test.fn_note', '1 minute', 'For a test.');
select jobs.fn_declare_handler('perform.program', 'command', 'program', '1 minute', 'For a test.');
select jobs.fn_enqueue(pg_temp.u('one'), 'default', 'perform.note', '{"n": 1}');
select jobs.fn_enqueue(pg_temp.u('two'), 'default', 'perform.note', '{"n": 2}', p_ctx => '{"actor": "somebody"}');
select jobs.fn_enqueue(pg_temp.u('bad'), 'default', 'perform.note', '{"fail": true}');
select jobs.fn_enqueue(pg_temp.u('program'), 'default', 'perform.program');
create temporary table claimed as select * from jobs.fn_claim(pg_temp.u('worker'), 'a test', null, 10);

create function pg_temp.perform(variadic names text[]) returns table (idx integer, outcome text) language sql as $$
    select p.* from jobs.fn_perform(array(select pg_temp.u(n.name) from unnest(names) as n (name)),
                                    array(select (select c.token from claimed as c limit 1) from unnest(names))) as p
$$;

select throws_ok($$select pg_temp.perform('one', 'bad')$$, 'P0001', 'as was asked for', 'an error of one undoes all');
select is_empty('select from public.traces');
select results_eq($$select * from pg_temp.perform('two', 'one')$$, $$values (1, 'created'), (2, 'created')$$);
select results_eq('select job, actor from public.traces order by args', $$values (pg_temp.u('one'), 'job perform.note'), (pg_temp.u('two'), 'somebody')$$,
    'the context is that of who enqueued it, with the job as the cause');
select results_eq($$select * from pg_temp.perform('one')$$, $$values (1, 'replayed')$$, 'again: nothing is called');
select results_eq($$select * from jobs.fn_perform(array[pg_temp.u('bad')], array[pg_temp.u('other')])$$, $$values (1, 'fenced')$$, 'under another claim');
select is((select count(*)::integer from public.traces), 2);
select throws_ok($$select pg_temp.perform('program')$$, 'TB001');
select throws_ok($$select * from jobs.fn_perform(array[pg_temp.u('bad')], '{}')$$, 'TB001');

select * from finish();
rollback;
