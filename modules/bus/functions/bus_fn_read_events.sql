-- daybook-lint: allow state-change-without-event until 2028-06-30: progress of a reader is no event, or it would be handed its own
create or replace function bus.fn_read_events(p_consumer text, p_term bigint, p_limit integer, p_ctx jsonb default null)
returns table (
    delivery          text,
    attempt           integer,
    seq               bigint,
    epoch             integer,
    event_id          uuid,
    event_type        text,
    account_id        uuid,
    aggregate_type    text,
    aggregate_id      text,
    aggregate_version bigint,
    occurred_at       timestamptz,
    recorded_at       timestamptz,
    payload           jsonb,
    ctx               jsonb)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
    v_log bus.logs;
    v_after bigint;
    v_upto bigint;
    v_waited integer := 0;
    v_unfinished boolean;
    v_passed boolean := false;
    v_given boolean := false;
begin
    perform util.ctx(p_ctx);
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 10000 events.';
    end if;
    v_consumer := bus._consumer(p_consumer);
    v_cursor := bus._held_cursor(p_consumer, p_term);
    select * into strict v_log from bus.logs as l where l.log = 0;
    if v_log.epoch > v_cursor.epoch then
        raise exception 'the log began epoch % since consumer % confirmed its place % in epoch %', v_log.epoch, p_consumer, v_cursor.after_seq, v_cursor.epoch
            using errcode = 'TB007', hint = 'bus.log_epochs says why. Compare with what was done outside, then confirm the place with bus.fn_commit_events().';
    end if;

    if exists (select 1 from bus.replays as r where r.consumer = p_consumer and r.state = 'running') then
        perform bus._feed_replays(v_consumer, p_limit);
    end if;
    if exists (select 1 from bus.event_retries as r where r.consumer = p_consumer) then
        return query select * from bus._waiting(v_consumer, v_cursor, p_limit);
        get diagnostics v_waited = row_count;
        v_given := v_waited > 0;
    end if;
    v_unfinished := bus._unfinished(p_consumer);
    if v_waited < p_limit and not (v_consumer.policy = 'block_all' and v_unfinished) then
        -- Places with nothing for this consumer are passed here, so that a rare type does not mean reading the log again and again.
        v_upto := v_cursor.after_seq;
        for v_page in 1 .. 10 loop
            v_after := v_upto;
            -- Few places at first, since all of them are read, for a type that is not rare; then many at once.
            v_upto := least(v_after + case when v_unfinished then p_limit when v_page = 1 then least(4 * p_limit, 10000) else 10000 end, v_log.last_seq);
            if v_unfinished and v_consumer.policy = 'block_aggregate' then
                perform bus._put_down(v_consumer, v_cursor.member, v_after, v_upto);
            end if;
            return query
                select 'live', 1, e.*
                  from bus._page(v_consumer, v_cursor.member, v_after, v_upto, p_limit - v_waited) as e
                 where not v_unfinished
                    or not exists (select 1 from bus.event_retries as r where r.consumer = p_consumer and r.seq = e.seq and r.replay_id is null)
                       and not exists (select 1 from bus.dead_letters as d where d.consumer = p_consumer and d.seq = e.seq);
            v_passed := not found;
            v_given := v_given or found;
            exit when not v_passed or v_upto = v_log.last_seq;
        end loop;
    end if;
    if v_passed and v_upto > v_cursor.after_seq then
        update bus.consumer_cursors as k
           set after_seq = v_upto, seen_at = clock_timestamp(), committed_at = clock_timestamp()
         where k.consumer = p_consumer and k.term = p_term and k.after_seq = v_cursor.after_seq;
    -- Nobody sees it before the commit, and until then the lock would be in the way of who takes over from a process that stands still.
    elsif not v_given and v_cursor.seen_at < clock_timestamp() - interval '2 seconds' then
        update bus.consumer_cursors as k set seen_at = clock_timestamp() where k.consumer = p_consumer and k.term = p_term;
    end if;
end
$$;

comment on function bus.fn_read_events(text, bigint, integer, jsonb) is
    'The next events for a consumer, p_limit at most; none when there are none. First what waits and is due, each marked as retry or replay, then live ones, '
    'each in order; those of accounts that the login may not read are not among them. When they have been dealt with the caller says so with '
    'bus.fn_commit_events(): the place of the last live one, and the places of the others; what failed it says with bus.fn_fail_event(). It is handed again '
    'what it said nothing of. After one that failed the policy holds within the batch too: the rest of its aggregate, or of the batch, is left alone. '
    'Called every few seconds it says that the holder lives. TB006 when another process has attached since, TB007 when the log began an epoch in which the '
    'place is not confirmed, TB002 for an unknown consumer, 42501 for one of another role.';
