-- Law: every function that changes state emits a domain event in the same transaction, takes the context of its caller as
-- its last argument, and answers with an outcome. Read from the code: a routine writes when its body, or the body of one
-- it calls, directly or through others, inserts into, updates, deletes from, merges into or truncates a table of ours; it
-- emits when it reaches bus._emit_versioned() in the same way. Routines starting with an underscore are parts of others
-- and are judged where they are used. Comments say nothing; text in quotes may be a statement that is executed, so it can
-- make a writer, but a name in it is no call.
begin;
select plan(10);

-- The planner cannot know how few calls there are and would compile the queries for seconds.
set local jit = off;

create temporary view our_routine as
select p.oid, n.nspname || '.' || p.proname as name, p.proname,
       pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
       lower(regexp_replace(b.body, x.comment || '|(' || x.quoted || ')', '\1', 'g')) as body,
       lower(regexp_replace(b.body, x.comment || '|' || x.quoted, ' ', 'g')) as code
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
 cross join lateral (select coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)) as b (body)
 cross join (values ('--[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/', $$'(?:[^']|'')*'$$)) as x (comment, quoted)
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

create temporary view our_table as
select n.nspname || '.' || c.relname as name
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

-- A name put together at run time cannot be read here, so a statement with a placeholder for the table counts as a write.
create temporary view writing as
select distinct r.oid
  from our_routine as r
 cross join lateral regexp_matches(r.body,
        '\m(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?([a-z0-9_]+\.[a-z0-9_]+|%)', 'g') as m
 where m[1] = '%' or m[1] in (select name from our_table);

create temporary view reaching as
with recursive call (caller, callee) as (
    select distinct a.oid, b.oid
      from our_routine as a
     cross join lateral regexp_matches(a.code, '\m([a-z0-9_]+\.[a-z0-9_]+)\s*\(', 'g') as m
      join our_routine as b on b.name = m[1]
), reach (caller, callee) as (
    select r.oid, r.oid from our_routine as r
    union
    select r.caller, c.callee from reach as r join call as c on c.caller = r.callee
)
select * from reach;

create temporary view mute_routine as
select r.name
  from our_routine as r
 where r.proname !~ '^_'
   and exists (select 1 from reaching as g join writing as w on w.oid = g.callee where g.caller = r.oid)
   and not exists (select 1 from reaching as g join our_routine as e on e.oid = g.callee
                    where g.caller = r.oid and e.name = 'bus._emit_versioned');

create temporary view misshapen_routine as
select r.name
  from our_routine as r
 where r.proname !~ '^_'
   and exists (select 1 from reaching as g join writing as w on w.oid = g.callee where g.caller = r.oid)
   and (r.arguments !~ 'p_ctx jsonb DEFAULT NULL::jsonb$'
        or r.result !~ '^TABLE\(.*\moutcome text\M'
           and not exists (
               select 1
                 from pg_type as t
                 join pg_attribute as a on a.attrelid = t.typrelid
                where r.result = 'SETOF ' || format_type(t.oid, null)
                  and a.attname = 'outcome' and a.atttypid = 'text'::regtype and not a.attisdropped));

create temporary table allowed (name text primary key, reason text not null);
insert into allowed values
    ('audit.fn_seal', 'a seal covers events, and one that made an event would never be the last'),
    ('bus.fn_declare_event_type', 'declares what may be emitted: it belongs to the schema, like creating a table'),
    ('bus.fn_lead_log', 'who gives places to events is no event'),
    ('bus.fn_sequence', 'the place of an event is no event'),
    ('bus.fn_attach_consumer', 'which process reads is no event'),
    ('bus.fn_release_consumer', 'which process reads is no event'),
    ('bus.fn_read_events', 'progress of a reader is no event, or it would be handed its own'),
    ('bus.fn_read_replays', 'progress of a reader is no event, or it would be handed its own'),
    ('bus.fn_commit_events', 'progress of a reader is no event, or it would be handed its own'),
    ('bus.fn_dispatch_webhooks', 'a delivery of an event is no event, or it would be delivered too'),
    ('bus.fn_claim_deliveries', 'an attempt at a delivery is no event, or it would be delivered too'),
    ('jobs.fn_enqueue', 'the queue is machinery: ten thousand jobs a second would drown the log, and jobs.finished is their history'),
    ('jobs.fn_enqueue_many', 'as jobs.fn_enqueue'),
    ('jobs.fn_claim', 'as jobs.fn_enqueue'),
    ('jobs.fn_heartbeat', 'as jobs.fn_enqueue'),
    ('jobs.fn_fire_schedules', 'as jobs.fn_enqueue: jobs.schedule_runs are their history'),
    ('market.fn_open_batch', 'half of a pair: an open batch cannot be committed, and what closes it emits'),
    ('market.fn_open_object', 'half of a pair: an open object cannot be committed, and what closes it emits'),
    ('market.fn_extend_batch', 'between the halves of that pair');

create temporary table allowed_shape (name text primary key, reason text not null);
insert into allowed_shape values
    ('bus.fn_declare_event_type', 'for migrations: nobody''s context, and its answer is a word'),
    ('bus.fn_lead_log', 'for the one sequencer, on behalf of nobody: there is no context'),
    ('bus.fn_sequence', 'as bus.fn_lead_log'),
    ('bus.fn_read_events', 'it answers with events; what it writes is how far its caller has come'),
    ('bus.fn_read_replays', 'as bus.fn_read_events'),
    ('jobs.fn_claim', 'for a worker: the jobs it answers carry the contexts of those who enqueued them'),
    ('jobs.fn_heartbeat', 'as jobs.fn_claim, and its answer is what is to be stopped'),
    ('jobs.fn_finish', 'as jobs.fn_claim'),
    ('jobs.fn_perform', 'as jobs.fn_claim'),
    ('jobs.fn_fire_schedules', 'for any worker, on behalf of nobody'),
    ('jobs.fn_rescue', 'for any worker, on behalf of nobody'),
    ('jobs.fn_detach_worker', 'as jobs.fn_claim'),
    ('bus.fn_emit_domain_event', 'its signature is an older promise: it answers with the id of the event');

select is_empty('select name from misshapen_routine where name not in (select name from allowed_shape)',
    'every function that writes takes p_ctx last and answers with an outcome');
select is_empty('select name from mute_routine where name not in (select name from allowed)', 'every function that writes emits');
select ok((select count(*) >= 5 from our_routine as r join writing as w on w.oid = r.oid), 'the reading finds the writers there are');

create function util.fn_law_direct() returns void language plpgsql as $$
begin
    update only settings.app_settings set version = version + 1;
end $$;
create function util._law_helper() returns void language plpgsql as $$
begin
    insert into
        audit.audit_log (action) values ('x');
end $$;
create function util.fn_law_through() returns void language plpgsql as $$
begin
    -- A mention of bus._emit_versioned() in a comment is not a call,
    /* nor here: bus._emit_versioned() */ perform util._law_helper();
    raise notice 'nor in a text: it''s not bus._emit_versioned()';
end $$;
create function util.fn_law_dynamic() returns void language plpgsql as $$
begin
    execute format('delete from %I.%I', 'settings', 'app_settings');
end $$;
create function util.fn_law_emits() returns void language plpgsql as $$
begin
    perform util._law_helper();
    perform bus.fn_emit_domain_event('a.b', 'c', '{}');
end $$;
create function util.fn_law_reads() returns bigint language plpgsql as $$
begin
    return (select count(*) from settings.app_settings);
end $$;
select set_has('select name from mute_routine', $$values ('util.fn_law_direct')$$, 'a direct write without an event is found');
select set_has('select name from mute_routine', $$values ('util.fn_law_through')$$, 'a write through a helper is found');
select set_has('select name from mute_routine', $$values ('util.fn_law_dynamic')$$, 'a write to a name made at run time is found');
select set_hasnt('select name from mute_routine',
    $$values ('util.fn_law_emits'), ('util.fn_law_reads'), ('util._law_helper')$$, 'emitting, reading and helpers are not reported');

select set_has('select name from misshapen_routine', $$values ('util.fn_law_direct')$$, 'a writer of another shape is found');
create function util.fn_law_shaped(p_id uuid, p_ctx jsonb default null) returns table (idx integer, outcome text) language plpgsql as $$
begin
    perform util._law_helper();
end $$;
select set_has('select name from mute_routine', $$values ('util.fn_law_shaped')$$, 'a writer of the right shape');
select set_hasnt('select name from misshapen_routine', $$values ('util.fn_law_shaped')$$, 'is not reported for its shape');

select * from finish();
rollback;
