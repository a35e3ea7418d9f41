create or replace function bus.fn_declare_consumer(
    p_consumer text, p_kind text, p_event_types text[], p_policy text default 'block_aggregate', p_max_attempts integer default 10,
    p_after_seq bigint default null, p_members integer default 1, p_ctx jsonb default null)
returns table (outcome text, after_seq bigint, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_types constant text[] := (select array_agg(distinct t.name order by t.name) from unnest(p_event_types) as t (name));
    v_old bus.domain_event_consumers;
    v_log bus.logs;
    v_version bigint;
begin
    perform bus._check_consumer(p_consumer, p_kind, p_event_types, p_policy, p_max_attempts, p_members);
    if p_kind <> 'application' and not bus._reads_log() then
        raise exception 'role % may not declare a consumer of kind %', quote_literal(session_user), p_kind
            using errcode = '42501', hint = 'Such a consumer reads the whole log: connect as a role that may execute bus.fn_read_log().';
    end if;

    -- Two that declare one name at once: the second one waits here and then finds it.
    perform pg_advisory_xact_lock(hashtextextended('bus.domain_event_consumers ' || p_consumer, 0));
    select * into v_old from bus.domain_event_consumers as c where c.consumer = p_consumer for update;
    if found and v_old.dropped_at is null then
        perform bus._consumer(p_consumer);
        conflict_field := case
            when v_old.kind <> p_kind then 'kind'
            when v_old.event_types is distinct from v_types then 'event_types'
            when v_old.policy <> p_policy then 'policy'
            when v_old.max_attempts <> p_max_attempts then 'max_attempts'
            when v_old.members <> p_members then 'members'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        after_seq := (select min(k.after_seq) from bus.consumer_cursors as k where k.consumer = p_consumer);
        return next;
        return;
    end if;

    select * into strict v_log from bus.logs as l where l.log = 0;
    after_seq := coalesce(p_after_seq, v_log.last_seq);
    if after_seq not between 0 and v_log.last_seq then
        raise exception 'argument p_after_seq is %, the log ends at %', p_after_seq, v_log.last_seq
            using errcode = 'TB001', hint = 'Pass 0 for the beginning of the log, null for its end.';
    end if;
    insert into bus.domain_event_consumers as c (consumer, kind, event_types, policy, max_attempts, members, ctx)
    values (p_consumer, p_kind, v_types, p_policy, p_max_attempts, p_members, v_ctx)
    on conflict on constraint domain_event_consumers_pkey
        do update set kind = excluded.kind, event_types = excluded.event_types, policy = excluded.policy, max_attempts = excluded.max_attempts,
                      members = excluded.members, role_name = excluded.role_name, declared_at = excluded.declared_at, dropped_at = null,
                      ctx = excluded.ctx, version = c.version + 1
    returning c.version into v_version;
    insert into bus.consumer_cursors (consumer, member, epoch, after_seq)
    select p_consumer, m.member, v_log.epoch, fn_declare_consumer.after_seq from generate_series(0, p_members - 1) as m (member);
    perform bus._emit_versioned('bus.consumer_declared', p_consumer, v_version,
        jsonb_strip_nulls(jsonb_build_object('consumer', p_consumer, 'kind', p_kind, 'event_types', to_jsonb(v_types), 'policy', p_policy,
                                             'max_attempts', p_max_attempts, 'members', p_members, 'after_seq', after_seq)),
        null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$$;

comment on function bus.fn_declare_consumer(text, text, text[], text, integer, bigint, integer, jsonb) is
    'Declares a durable reader of the log under a name: of these types of event, or of all; with a policy for what fails; beginning after a place, or '
    'at the end of the log. It belongs to the role that is logged in. created; replayed with where it stands; conflict naming the field that differs. '
    'TB002 for an undeclared type; 42501 for one of another role, and for a sink or webhooks by a role that may not read the whole log.';
