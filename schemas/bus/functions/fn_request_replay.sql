-- daybook mirror: function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint DEFAULT NULL::bigint, p_to_seq bigint DEFAULT NULL::bigint, p_from_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_event_types text[] DEFAULT NULL::text[], p_aggregate_type text DEFAULT NULL::text, p_aggregate_id text DEFAULT NULL::text, p_rate integer DEFAULT NULL::integer, p_dry_run boolean DEFAULT false, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, from_seq bigint, to_seq bigint, events bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_types constant text[] := (select array_agg(distinct t.name order by t.name) from unnest(p_event_types) as t (name));
    v_consumer bus.domain_event_consumers;
    v_old bus.replays;
begin
    perform util.require_id('p_replay_id', p_replay_id);
    perform bus._check_consumer(p_consumer, 'application', p_event_types, 'skip', 1, 1);
    v_consumer := bus._consumer(p_consumer, true);
    if p_rate < 1 or p_aggregate_id is not null and p_aggregate_type is null then
        raise exception 'argument % is %', case when p_rate < 1 then 'p_rate' else 'p_aggregate_type' end, coalesce(p_rate::text, 'null')
            using errcode = 'TB001', hint = 'A rate is at least one event a second, null for no limit; the id of an aggregate goes with its type.';
    end if;
    if not v_types <@ v_consumer.event_types then
        raise exception 'consumer % is not declared for all of %', p_consumer, v_types
            using errcode = 'TB001', hint = 'It is handed the types for which it was declared, in a replay too.';
    end if;

    select * into v_old from bus.replays as r where r.replay_id = p_replay_id;
    if found then
        conflict_field := case
            when v_old.consumer <> p_consumer then 'consumer'
            when v_old.from_seq <> p_from_seq then 'from_seq'
            when v_old.to_seq <> p_to_seq then 'to_seq'
            when v_old.event_types is distinct from v_types then 'event_types'
            when v_old.aggregate_type is distinct from p_aggregate_type then 'aggregate_type'
            when v_old.aggregate_id is distinct from p_aggregate_id then 'aggregate_id'
            when v_old.rate is distinct from p_rate then 'rate'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        from_seq := v_old.from_seq;
        to_seq := v_old.to_seq;
        events := v_old.events;
        return next;
        return;
    end if;

    from_seq := greatest(coalesce(p_from_seq, 1), case when p_from_at is not null then bus._place_at(p_from_at) end);
    -- What it has not been handed yet is no replay.
    to_seq := least(p_to_seq, (select min(k.after_seq) from bus.consumer_cursors as k where k.consumer = p_consumer),
                    case when p_to_at is not null then bus._place_at(p_to_at) - 1 end);
    events := bus._count_replay(v_consumer, from_seq, to_seq, v_types, p_aggregate_type, p_aggregate_id);
    if p_dry_run or events = 0 then
        outcome := 'counted';
        return next;
        return;
    end if;
    insert into bus.replays (replay_id, consumer, from_seq, to_seq, event_types, aggregate_type, aggregate_id, rate, events, state, at_seq, ctx)
    values (p_replay_id, p_consumer, from_seq, to_seq, v_types, p_aggregate_type, p_aggregate_id, p_rate, events, 'running', from_seq - 1, v_ctx);
    perform bus._emit_versioned('bus.replay_requested', p_replay_id::text, 1,
        jsonb_strip_nulls(jsonb_build_object('replay_id', p_replay_id, 'consumer', p_consumer, 'from_seq', from_seq, 'to_seq', to_seq, 'events', events,
            'event_types', to_jsonb(v_types), 'aggregate_type', p_aggregate_type, 'aggregate_id', p_aggregate_id, 'rate', p_rate)),
        null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) is 'Hands a consumer a part of the log once more, marked as a replay, while live events go on: places from_seq to to_seq, those given from a time on and before another one, of these types, of one kind of aggregate or of one aggregate; p_rate events a second at most; and no place that it has not passed. Its place does not move. created with the range and how many events; counted when p_dry_run asked for no more, or when there are none; replayed; conflict naming the field that differs. TB001 for types for which the consumer is not declared, TB002 for an unknown consumer or type, 42501 for a consumer of another role.';

revoke execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) from public;
grant execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_request_replay(p_replay_id uuid, p_consumer text, p_from_seq bigint, p_to_seq bigint, p_from_at timestamp with time zone, p_to_at timestamp with time zone, p_event_types text[], p_aggregate_type text, p_aggregate_id text, p_rate integer, p_dry_run boolean, p_ctx jsonb) to daybook_relay;
