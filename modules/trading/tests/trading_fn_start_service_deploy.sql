begin;
select plan(12);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.start(p_deploy text, p_service text default 'executor', p_image text default '1') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.conflict_field, r.refusal_code)
      from trading.fn_start_service_deploy(pg_temp.u(p_deploy), p_service, p_image, 'why', 'ann') as r
$$;
create function pg_temp.step(p_deploy text, p_to text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.state, r.refusal_code, r.fence, r.config_version)
      from trading.fn_advance_deploy(null, pg_temp.u(p_deploy), gen_random_uuid(), p_to, 'why', 'ann') as r
$$;
create function pg_temp.deploys() returns text language sql as $$
    select string_agg(concat_ws(' ', s.service, s.from_image_tag, '>', s.image_tag, s.state), ', ' order by s.started_at) from trading.service_deploys as s
     where s.service = 'executor'
$$;

select is(pg_temp.start('d1'), 'created requested', 'a deploy of a service is asked for');
select is(pg_temp.start('d1'), 'replayed requested', 'once');
select is(pg_temp.start('d1', 'manager'), 'conflict requested service', 'of one service');
select is(pg_temp.start('d2'), 'refused deploy_under_way', 'another has to wait');
select is(pg_temp.start('d3', 'manager'), 'created requested', 'one of another service has not');
select throws_ok($$ select pg_temp.step('none', 'starting') $$, 'TB002', null, 'a deploy that does not exist');
select is(pg_temp.step('d1', 'starting') || ', ' || pg_temp.step('d1', 'switching') || ', ' || pg_temp.step('d1', 'active'),
    'created starting, created switching, created active', 'it needs no shadow, and moves no lease');
select is(pg_temp.start('d4', p_image => '2') || ', ' || pg_temp.step('d4', 'starting') || ', ' || pg_temp.step('d4', 'shadowing') || ', ' || pg_temp.step('d4', 'switching'),
    'created requested, created starting, created shadowing, created switching', 'but may have one');
select is(pg_temp.deploys(), 'executor > 1 replaced, executor 1 > 2 switching', 'from which image to which');
select is(pg_temp.step('d4', 'rolled_back'), 'created rolled_back', 'a roll back');
select is(pg_temp.deploys(), 'executor > 1 active, executor 1 > 2 rolled_back', 'puts the one before in force again');
select is((select string_agg(s.to_state, ', ' order by s.step) from trading.fn_deploy_steps(null, pg_temp.u('d1')) as s), 'starting, switching, active, replaced, active',
    'every step is kept');

select * from finish();
rollback;
