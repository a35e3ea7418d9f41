-- Oldest first and never many at once, so that nobody waits for it and no snapshot is held for long; what one call leaves the next one takes.
create or replace function bus.fn_drop_webhook_history(p_keep_days integer default null, p_rows_max integer default 100000, p_ctx jsonb default null)
returns table (outcome text, deliveries bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function bus.fn_drop_webhook_history(integer, integer, jsonb) is
    'Drops the oldest deliveries of the history, so many at most, that ended more than so many days ago (null: the setting bus.webhook_history_keep_days, or 30): created with how many; '
    'no row when there is none. What waits or is under way is not touched. TB001 for a number out of bounds.';
