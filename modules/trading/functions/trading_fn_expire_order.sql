create or replace function trading.fn_expire_order(
    p_account_id uuid, p_order_id uuid, p_event_id uuid, p_reason text, p_occurred_at timestamptz, p_ctx jsonb default null)
returns table (outcome text, order_id uuid, status text, version bigint,
               conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select e.*
          from trading.fn_record_order_event(
              p_account_id, p_order_id, p_event_id, 'expire', null, p_reason, p_occurred_at, p_ctx => p_ctx) as e;
end
$$;

comment on function trading.fn_expire_order(uuid, uuid, uuid, text, timestamptz, jsonb) is
    'Records that the order expired: trading.fn_record_order_event() with the event expire.';
