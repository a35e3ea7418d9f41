-- All endpoints that keep up share one reading of the log. One that is not enabled, or whose window is full, leaves them at
-- its place and is brought up page by page when it can take more.
-- daybook-lint: allow state-change-without-event until 2028-06-30: a delivery of an event is no event, or it would be delivered too
create or replace function bus.fn_dispatch_webhooks(p_term bigint, p_limit integer, p_ctx jsonb default null)
returns table (outcome text, after_seq bigint, deliveries bigint, more boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    c_window constant integer := 10000;
    c_behind constant integer := 8;
    v_cursor bus.consumer_cursors;
    v_log bus.logs;
    v_upto bigint;
    v_page bigint;
    v_behind record;
    v_brought integer := 0;
begin
    perform util.ctx(p_ctx);
    if p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass 1 to 10000 places at a time.';
    end if;
    perform 1 from bus.consumer_cursors as k where k.consumer = 'webhooks' and k.term = p_term for update;
    v_cursor := bus._held_cursor('webhooks', p_term);
    select * into strict v_log from bus.logs as l where l.log = 0;
    v_upto := least(v_cursor.after_seq + p_limit, v_log.last_seq);

    -- Whoever cannot take this page stays where it is; whoever is where the page ends, or has just caught up, goes on with all.
    deliveries := 0;
    if v_upto > v_cursor.after_seq then
        update bus.webhook_queues as q
           set behind_seq = v_cursor.after_seq
          from bus.webhook_endpoints as e
         where e.endpoint_id = q.endpoint_id and q.behind_seq is null and (e.state <> 'enabled' or q.pending >= c_window);
        deliveries := bus._fan_out(array(select q.endpoint_id from bus.webhook_queues as q where q.behind_seq is null), v_cursor.after_seq, v_upto);
    end if;
    more := v_upto < v_log.last_seq;
    for v_behind in
        select q.endpoint_id, q.behind_seq
          from bus.webhook_queues as q
          join bus.webhook_endpoints as e on e.endpoint_id = q.endpoint_id
         where q.behind_seq <= v_upto and e.state = 'enabled' and q.pending < c_window / 2
         order by q.behind_seq
         limit c_behind
    loop
        v_page := least(v_behind.behind_seq + p_limit, v_upto);
        deliveries := deliveries + bus._fan_out(array[v_behind.endpoint_id], v_behind.behind_seq, v_page);
        update bus.webhook_queues as q
           set behind_seq = case when v_page < v_upto then v_page end
         where q.endpoint_id = v_behind.endpoint_id;
        v_brought := v_brought + 1;
        more := more or v_page < v_upto or v_brought = c_behind;
    end loop;

    -- What is delivered is kept in this database, so the place is right in whatever epoch the log is.
    select c.outcome, c.after_seq into strict outcome, after_seq from bus.fn_commit_events('webhooks', p_term, v_log.epoch, v_upto) as c;
    outcome := case when deliveries > 0 or v_upto > v_cursor.after_seq then 'created' else 'replayed' end;
    return next;
end
$$;

comment on function bus.fn_dispatch_webhooks(bigint, integer, jsonb) is
    'Makes deliveries of the events at the next p_limit places of the log, for every endpoint that they are for, and moves the place of the consumer '
    '"webhooks", whose holder the caller is. Endpoints that are behind, because they are new, were not enabled or had 10,000 pending, are brought up by as '
    'much. created with the place and how many deliveries were made; replayed when there was nothing; `more`: there is more to do at once. TB006 when another '
    'process has attached since.';
