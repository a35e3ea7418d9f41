-- daybook mirror: function bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb)
-- needs: bus/tables/event_retries.sql

CREATE OR REPLACE FUNCTION bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_attempts integer;
begin
    insert into bus.dead_letters as d (consumer, seq, replay_id, event_id, event_type, account_id, aggregate_type, aggregate_id, attempts, error,
                                       first_failed_at, last_failed_at, state, ctx)
    select p_consumer, p_retry.seq, p_retry.replay_id, p_retry.event_id, p_retry.event_type, p_retry.account_id, p_retry.aggregate_type,
           p_retry.aggregate_id, p_retry.attempts, p_retry.error, p_retry.first_failed_at, p_retry.last_failed_at, 'pending', p_ctx
    on conflict on constraint dead_letters_pkey
        do update set attempts = d.attempts + excluded.attempts, error = excluded.error, last_failed_at = excluded.last_failed_at, state = 'pending',
                      replay_id = excluded.replay_id, resolved_at = null, resolved_by = null, reason = null, ctx = excluded.ctx
    returning d.attempts into v_attempts;
    delete from bus.event_retries as r where r.consumer = p_consumer and r.seq = p_retry.seq;
    perform bus._emit_consumer('bus.event_dead_lettered', p_consumer,
        jsonb_build_object('consumer', p_consumer, 'seq', p_retry.seq, 'event_id', p_retry.event_id, 'event_type', p_retry.event_type,
                           'attempts', v_attempts, 'error', p_retry.error), p_ctx);
end
$function$;

alter function bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb) owner to daybook_api;

comment on function bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb) is 'Makes of what waited a dead letter, and says so.';

revoke execute on function bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb) from public;
grant execute on function bus._bury(p_consumer text, p_retry bus.event_retries, p_ctx jsonb) to daybook_owner;
