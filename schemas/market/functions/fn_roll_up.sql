-- daybook mirror: function market.fn_roll_up(p_days integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_roll_up(p_days integer DEFAULT 183, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, instrument_id uuid, from_time timestamp with time zone, to_time timestamp with time zone, written bigint, pending bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
    v_ctx       constant jsonb := util.ctx(p_ctx);
    v_level     record;
    v_due       tstzmultirange;
    v_cut       timestamptz;
    v_delivered timestamptz;
    v_repairs   tstzmultirange;
begin
    if p_days is null or p_days not between 1 and 3660 then
        raise exception 'p_days is out of range: %', coalesce(p_days::text, 'null')
            using errcode = 'TB001', hint = 'Roll up 1 to 3660 days in one transaction.';
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'a roll-up in a transaction of isolation level %', current_setting('transaction_isolation')
            using errcode = 'TB004', hint = 'Begin the transaction with isolation level read committed.';
    end if;

    written := 0;
    instrument_id := market._lock_rollup();
    if instrument_id is null then
        outcome := 'replayed';
        select count(*) into pending from market.rollup_dirty d;
        return next;
        return;
    end if;

    -- Minutes are read after this, by statements of their own, so they are at least as new as the marks.
    with taken as (
        delete from market.rollup_dirty d where d.instrument_id = fn_roll_up.instrument_id returning d.spans
    )
    select range_agg(t.spans) into strict v_due from taken t;
    select coalesce(max(c.last_open_time), '-infinity') into v_delivered
      from ingest.klines_cursor c
     where c.instrument_id = fn_roll_up.instrument_id and c.interval_s = 60;
    v_repairs := market._open_repairs(instrument_id);
    v_due := v_due + market._rollup_open_end(instrument_id, v_delivered);

    -- Whole days: a commit between them leaves no bucket that covers only a part of what its minutes say.
    from_time := date_trunc('day', lower(v_due));
    v_cut := from_time + make_interval(days => p_days);
    perform market._note_rollup(instrument_id, v_due * tstzmultirange(tstzrange(v_cut, null)));
    v_due := v_due * tstzmultirange(tstzrange(null, v_cut));
    to_time := date_trunc('day', upper(v_due) - interval '1 microsecond') + interval '1 day';
    perform market._ensure_rollup_months(from_time, to_time - interval '1 microsecond');

    for v_level in
        select l.interval_s, lag(l.interval_s, 1, 60) over (order by l.interval_s) as source_s
          from unnest('{300, 900, 3600, 14400, 86400}'::integer[]) as l(interval_s)
         order by l.interval_s
    loop
        v_due := market._rollup_buckets(v_due, v_level.interval_s);
        written := written + market._roll_up_level(
            instrument_id, v_level.interval_s, v_level.source_s, v_due, v_delivered, v_repairs);
    end loop;

    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.rolled_up',
        p_aggregate_id => instrument_id::text,
        p_payload      => jsonb_build_object('instrument_id', instrument_id, 'from_time', from_time, 'to_time', to_time,
                                             'written', written),
        p_ctx          => v_ctx);
    outcome := 'created';
    select count(*) into pending from market.rollup_dirty d;
    return next;
end
$function$;

alter function market.fn_roll_up(p_days integer, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_roll_up(p_days integer, p_ctx jsonb) is 'Brings market.klines_rollup up to date with the minutes of one instrument, that with the oldest mark nobody else is at work on: exactly the buckets that were marked, over at most p_days days from the first one; what is left stays marked. Writes only rows that are new or differ. created with the instrument, the days looked at and the rows written; replayed when there was nothing to take, then pending marks are those that others are at work on. Call it until it answers replayed. Emits market.rolled_up. TB001 p_days is not 1 .. 3660, TB004 not in isolation level read committed.';

revoke execute on function market.fn_roll_up(p_days integer, p_ctx jsonb) from public;
grant execute on function market.fn_roll_up(p_days integer, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_roll_up(p_days integer, p_ctx jsonb) to daybook_owner;
