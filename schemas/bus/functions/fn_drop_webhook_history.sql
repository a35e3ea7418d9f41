-- daybook mirror: function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_drop_webhook_history(p_keep_days integer DEFAULT NULL::integer, p_rows_max integer DEFAULT 100000, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, deliveries bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_keep constant integer := coalesce(p_keep_days, (settings.fn_get('bus.webhook_history_keep_days') #>> '{}')::integer, 30);
    v_before timestamptz;
begin
    if v_keep not between 1 and 36500 or p_rows_max is null or p_rows_max not between 1 and 1000000 then
        raise exception 'arguments p_keep_days and p_rows_max are % and %', v_keep, coalesce(p_rows_max::text, 'null')
            using errcode = 'TB001', hint = 'Keep at least one day; null is what the setting bus.webhook_history_keep_days says, or 30. Drop 1 to 1000000 at once.';
    end if;
    v_before := clock_timestamp() - make_interval(days => v_keep);
    if not exists (select from bus.webhook_history as h where h.ended_at < v_before) then
        return;
    end if;
    with past as materialized (
        select h.seq, h.endpoint_id, h.resend from bus.webhook_history as h where h.ended_at < v_before order by h.ended_at limit p_rows_max
    ), gone as (
        delete from bus.webhook_history as h
         using past as p
         where h.seq = p.seq and h.endpoint_id = p.endpoint_id and h.resend = p.resend
        returning 1
    )
    select count(*) into deliveries from gone;
    perform bus.fn_emit_domain_event('bus.webhook_history_dropped', to_char(v_before at time zone 'UTC', 'YYYY-MM-DD'),
        jsonb_build_object('ended_before', to_jsonb(v_before at time zone 'UTC') #>> '{}' || 'Z', 'deliveries', deliveries), null, null, null, v_ctx);
    outcome := 'created';
    return next;
end
$function$;

alter function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb) owner to daybook_owner;

comment on function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb) is 'Drops the oldest deliveries of the history, so many at most, that ended more than so many days ago (null: the setting bus.webhook_history_keep_days, or 30): created with how many; no row when there is none. What waits or is under way is not touched. TB001 for a number out of bounds.';

revoke execute on function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb) from public;
grant execute on function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb) to daybook_api;
grant execute on function bus.fn_drop_webhook_history(p_keep_days integer, p_rows_max integer, p_ctx jsonb) to daybook_worker;
