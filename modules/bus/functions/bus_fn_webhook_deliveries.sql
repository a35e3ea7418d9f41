create or replace function bus.fn_webhook_deliveries(p_endpoint_id uuid default null, p_state text default null, p_limit integer default 100)
returns table (
    endpoint_id     uuid,
    seq             bigint,
    resend          integer,
    event_id        uuid,
    event_type      text,
    aggregate_id    text,
    state           text,
    attempts        integer,
    next_attempt_at timestamptz,
    ended_at        timestamptz,
    took_ms         integer,
    status          integer,
    error           text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select d.endpoint_id, d.seq, d.resend, d.event_id, d.event_type, d.aggregate_id, d.state, d.attempts, d.next_attempt_at, d.ended_at, d.took_ms,
               d.status, d.error
          from bus.v_webhook_deliveries as d
         where d.endpoint_id in (select w.endpoint_id from bus.fn_webhooks() as w where p_endpoint_id is null or w.endpoint_id = p_endpoint_id)
           and (p_state is null or d.state = p_state)
         order by d.seq desc, d.endpoint_id, d.resend desc
         limit p_limit;
end
$$;

comment on function bus.fn_webhook_deliveries(uuid, text, integer) is
    'The latest deliveries to an endpoint, or to all that the role that is logged in may manage: pending, delivered, dead, or of any state.';
