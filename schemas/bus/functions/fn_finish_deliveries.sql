-- daybook mirror: function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(idx integer, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now constant timestamptz := clock_timestamp();
    v_asked constant interval[] := (
        select array_agg(case when a.status in (429, 503) and a.ms is not null then make_interval(secs => least(a.ms, 21600000) / 1000.0) end order by a.idx)
          from unnest(p_statuses, p_retry_after_ms) with ordinality as a (status, ms, idx));
    v_ended bus.webhook_ended[];
    v_given_up record;
begin
    -- In the order in which whoever changes an endpoint locks; one that has only successes does not change.
    perform 1
       from bus.webhook_endpoints as e
      where e.endpoint_id in (select u.endpoint_id
                                from unnest(p_endpoint_ids, p_statuses) as u (endpoint_id, status)
                               where (u.status between 200 and 299) is not true)
      order by e.endpoint_id
        for update;
    perform 1 from bus.webhook_queues as q where q.endpoint_id = any (p_endpoint_ids) order by q.endpoint_id for update;
    with told as (
        select t.idx::integer, t.endpoint_id, t.resend, t.seq, t.status, left(t.error, 500) as error, t.took_ms, d.aggregate,
               case when t.status between 200 and 299 then 'delivered'
                    when t.status = 410 then 'disabled'
                    when v_now >= d.first_attempt_at + e.retry_for then 'dead'
                    else 'retried'
               end as outcome,
               greatest(bus._webhook_pause(e.retry_first_ms, d.attempts, interval '3 hours'), v_asked[t.idx]) as pause
          from unnest(p_endpoint_ids, p_resends, p_seqs, p_tokens, p_statuses, p_errors, p_took_ms)
                   with ordinality as t (endpoint_id, resend, seq, token, status, error, took_ms, idx)
          join bus.webhook_deliveries as d on d.endpoint_id = t.endpoint_id and d.resend = t.resend and d.seq = t.seq and d.token = t.token
          join bus.webhook_endpoints as e on e.endpoint_id = t.endpoint_id
    ), gone as (
        delete from bus.webhook_deliveries as d
         using told as t
         where d.endpoint_id = t.endpoint_id and d.resend = t.resend and d.seq = t.seq and t.outcome in ('delivered', 'dead')
        returning d.*, t.outcome, t.status, t.error, t.took_ms
    ), kept as (
        insert into bus.webhook_history (seq, endpoint_id, resend, id, outcome, attempts, queued_at, first_attempt_at, ended_at, took_ms, status, error,
                                         resend_id)
        select g.seq, g.endpoint_id, g.resend, g.id, g.outcome, g.attempts, g.queued_at, g.first_attempt_at, v_now, g.took_ms, g.status, g.error, g.resend_id
          from gone as g
    ), again as (
        update bus.webhook_deliveries as d
           set token = null, leased_until = null, next_attempt_at = v_now + t.pause, last_status = t.status, last_error = t.error
          from told as t
         where d.endpoint_id = t.endpoint_id and d.resend = t.resend and d.seq = t.seq and t.outcome in ('retried', 'disabled')
    )
    select array_agg(row(t.idx, t.endpoint_id, t.resend, t.seq, t.aggregate, t.outcome, t.status, t.error)::bus.webhook_ended order by t.idx)
      into v_ended
      from told as t;

    perform bus._settle_webhooks(v_ended, v_asked);
    perform bus._change_webhook_state(bus._webhook(e.endpoint_id), 'disabled', 'the endpoint answered 410 Gone', v_ctx)
       from unnest(v_ended) as e
      where e.outcome = 'disabled'
      group by e.endpoint_id;
    for v_given_up in
        select e.endpoint_id, count(*) as deliveries, min(e.seq) as first_seq, max(e.seq) as last_seq, max(e.error) as error
          from unnest(v_ended) as e
         where e.outcome = 'dead'
         group by e.endpoint_id
         order by e.endpoint_id
    loop
        perform bus._emit_webhook(bus._webhook(v_given_up.endpoint_id), 'webhook_given_up',
            jsonb_build_object('deliveries', v_given_up.deliveries, 'first_seq', v_given_up.first_seq, 'last_seq', v_given_up.last_seq,
                               'error', coalesce(v_given_up.error, '')), v_ctx);
    end loop;
    return query
        select i.idx, coalesce(e.outcome, 'fenced')
          from generate_subscripts(p_endpoint_ids, 1) as i (idx)
          left join unnest(v_ended) as e on e.idx = i.idx
         order by i.idx;
end
$function$;

alter function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb) is 'Says what came of attempts: the HTTP status, null where there was no whole answer; the error where it is not 200 to 299; how long the endpoint asks to wait, which counts with 429 and 503 and up to six hours. For each by its number: delivered; retried after a pause; dead when it has been tried for as long as the endpoint says; disabled, when the answer was 410: the delivery waits until the endpoint is enabled again; fenced when the attempt is not the latest one: nothing is written.';

revoke execute on function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb) from public;
grant execute on function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_finish_deliveries(p_endpoint_ids uuid[], p_resends integer[], p_seqs bigint[], p_tokens uuid[], p_statuses integer[], p_errors text[], p_retry_after_ms bigint[], p_took_ms integer[], p_ctx jsonb) to daybook_relay;
