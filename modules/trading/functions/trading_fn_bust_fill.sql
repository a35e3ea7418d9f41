create or replace function trading.fn_bust_fill(
    p_account_id uuid, p_event_id uuid, p_fill_id uuid, p_leaves_qty numeric default null, p_reason text default null,
    p_occurred_at timestamptz default null, p_ctx jsonb default null)
returns table (outcome text, event_id uuid, fill_id uuid, waiting boolean, order_status text, order_cum_qty numeric,
               position_id uuid, position_qty numeric, position_avg_price numeric, realized_pnl numeric,
               conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event trading.fill_events;
begin
    perform settings.require_account(p_account_id, 'trade');
    v_event.account_id := p_account_id;
    v_event.event_id := p_event_id;
    v_event.fill_id := p_fill_id;
    v_event.kind := 'bust';
    v_event.leaves_qty := util.require_amount('p_leaves_qty', p_leaves_qty, false);
    v_event.reason := p_reason;
    v_event.recorded_at := clock_timestamp();
    v_event.occurred_at := coalesce(p_occurred_at, v_event.recorded_at);
    v_event.ctx := util.ctx(p_ctx);
    if v_event.ctx ? 'bot' then
        v_event.ctx := trading._fact_ctx(p_account_id, v_event.ctx);
    end if;
    perform trading._check_fill_event(v_event);

    return query select a.* from trading._record_fill_event(v_event) as a;
end
$$;

comment on function trading.fn_bust_fill(uuid, uuid, uuid, numeric, text, timestamptz, jsonb) is
    'Records that the venue took an execution back: it counts nowhere any more, and what later fills of its position realised is restated. A full order is partly filled again '
    'if p_leaves_qty says that something of it is left at the venue, else canceled; a canceled one stays so. A bust that comes before its fill waits for it. '
    'created; refused with already_busted; a replay answers as the first time; conflict naming the field that differs.';
