-- daybook-lint: allow state-change-without-event until 2028-06-30: which process reads is no event
create or replace function bus.fn_attach_consumer(
    p_consumer text, p_holder_id uuid, p_holder_name text, p_own_session boolean default false, p_ctx jsonb default null)
returns table (outcome text, term bigint, epoch integer, after_seq bigint, log_epoch integer, member integer, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_consumer bus.domain_event_consumers;
    v_cursor bus.consumer_cursors;
    v_term bigint;
begin
    perform util.ctx(p_ctx);
    perform util.require_id('p_holder_id', p_holder_id);
    perform util.require_text('p_holder_name', p_holder_name);
    v_consumer := bus._consumer(p_consumer, true);
    -- One whose row is locked is in the middle of a commit or of attaching: it lives, or its session ends soon.
    select k.* into v_cursor
      from bus.consumer_cursors as k
     where k.consumer = p_consumer and (k.holder_id = p_holder_id or not bus._holder_lives(k))
     order by k.holder_id = p_holder_id desc nulls last, k.member
     limit 1
       for update skip locked;
    if not found then
        outcome := 'refused';
        refusal_code := 'held';
        select coalesce(string_agg(format('%s holds it since %s', k.holder_name, to_char(k.held_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
                                   ', ' order by k.member),
                        'another process is just attaching')
          into refusal_detail
          from bus.consumer_cursors as k
         where k.consumer = p_consumer and k.holder_id is not null;
        return next;
        return;
    end if;

    outcome := case when v_cursor.holder_id = p_holder_id then 'replayed' else 'created' end;
    update bus.domain_event_consumers as c set term = c.term + 1 where c.consumer = p_consumer returning c.term into v_term;
    update bus.consumer_cursors as k
       set term = v_term, holder_id = p_holder_id, holder_name = p_holder_name,
           holder_pid = case when p_own_session then pg_backend_pid() end, held_since = clock_timestamp(), seen_at = clock_timestamp()
     where k.consumer = p_consumer and k.member = v_cursor.member;
    term := v_term;
    epoch := v_cursor.epoch;
    after_seq := v_cursor.after_seq;
    member := v_cursor.member;
    log_epoch := (select l.epoch from bus.logs as l where l.log = 0);
    return next;
end
$$;

comment on function bus.fn_attach_consumer(text, uuid, text, boolean, jsonb) is
    'Makes the caller the one process that reads as a consumer, or as a member of it that is free, and answers the place after which it goes on and the term '
    'that its calls carry; whoever showed an earlier one is fenced from then on. created; replayed for who holds it already, with a new term; refused with '
    'held, saying by whom and since when, while every holder lives: was seen in the last 10 seconds, and its session is there, where it said with '
    'p_own_session that it has one to itself. log_epoch above epoch: the log went on elsewhere since the place was confirmed; compare with what is known of '
    'it outside, and confirm the place with bus.fn_commit_events(). TB002 for an unknown consumer, 42501 for one of another role.';
