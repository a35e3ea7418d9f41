-- daybook mirror: function trading._check_fill_event(p_event trading.fill_events)
-- needs: trading/tables/fill_events.sql

CREATE OR REPLACE FUNCTION trading._check_fill_event(p_event trading.fill_events)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform util.require_id('p_event_id', p_event.event_id);
    perform util.require_id('p_fill_id', p_event.fill_id);
    perform util.require_text('p_reason', p_event.reason, 2000, false);
    if p_event.kind = 'correct' and num_nonnulls(p_event.qty, p_event.price, p_event.fee, p_event.fee_currency, p_event.fee_rate) = 0 then
        raise exception 'a correction of fill % changes nothing', p_event.fill_id
            using errcode = 'TB001', hint = 'Pass the terms that were wrong: quantity, price, fee, its currency or its rate. A fill that never was is busted.';
    end if;
    if p_event.fee_currency is not null and not exists (select 1 from ref.currencies as c where c.code = p_event.fee_currency) then
        raise exception 'argument p_fee_currency is %, which is not a registered currency', quote_literal(left(p_event.fee_currency, 40))
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency(), then record the correction again.';
    end if;
    if p_event.price < 0 or p_event.leaves_qty < 0 then
        raise exception 'argument % is %, which is negative', case when p_event.price < 0 then 'p_price' else 'p_leaves_qty' end,
                least(p_event.price, p_event.leaves_qty)
            using errcode = 'TB001', hint = 'Pass the price at which it traded, or what is left of the order; the direction is said by the side.';
    end if;
    if p_event.occurred_at is null or not isfinite(p_event.occurred_at) then
        raise exception 'argument p_occurred_at is %', coalesce(p_event.occurred_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass the time of the bust or correction as the venue states it.';
    end if;
end
$function$;

alter function trading._check_fill_event(p_event trading.fill_events) owner to daybook_api;

comment on function trading._check_fill_event(p_event trading.fill_events) is 'Returns if a bust or correction, whose amounts were checked, is well formed, else TB001 or TB002 naming what is not.';

revoke execute on function trading._check_fill_event(p_event trading.fill_events) from public;
grant execute on function trading._check_fill_event(p_event trading.fill_events) to daybook_owner;
