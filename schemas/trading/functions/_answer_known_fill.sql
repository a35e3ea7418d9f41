-- daybook mirror: function trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean)
 RETURNS trading.fill_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_answer trading.fill_answer;
    v_old trading.fills;
    v_order record;
begin
    select * into v_old from trading.fills as f where f.account_id = p_fill.account_id and f.fill_id = p_fill.fill_id;
    if not found then
        select * into v_old
          from trading.fills as f
         where f.account_id = p_fill.account_id and f.instrument_id = p_fill.instrument_id and f.venue_trade_id = p_fill.venue_trade_id
           and f.trade_discriminator = p_fill.trade_discriminator;
    end if;
    if found then
        v_answer.conflict_field := case
            when v_old.order_id <> p_fill.order_id then 'order_id'
            when v_old.instrument_id <> p_fill.instrument_id then 'instrument_id'
            when v_old.side <> p_fill.side then 'side'
            when v_old.qty <> p_fill.qty then 'qty'
            when v_old.price <> p_fill.price then 'price'
            when v_old.fee <> p_fill.fee then 'fee'
            when v_old.fee_currency <> p_fill.fee_currency then 'fee_currency'
            when v_old.fee_rate is distinct from p_fill.fee_rate and p_fill.fee_rate is not null and p_fill.fee <> 0 then 'fee_rate'
            when v_old.position_key <> p_fill.position_key then 'position_key'
            when v_old.venue_trade_id is distinct from p_fill.venue_trade_id then 'venue_trade_id'
            when v_old.trade_discriminator <> p_fill.trade_discriminator then 'trade_discriminator'
        end;
    else
        -- No such fill. It can still contradict its order, whose terms do not change.
        select o.instrument_id, o.side, o.position_key
          into v_order
          from trading.orders as o
         where o.account_id = p_fill.account_id and o.order_id = p_fill.order_id;
        v_answer.conflict_field := case
            when not found then null
            when v_order.instrument_id <> p_fill.instrument_id then 'order.instrument_id'
            when v_order.side <> p_fill.side then 'order.side'
            when v_order.position_key <> p_fill.position_key then 'order.position_key'
        end;
        if v_answer.conflict_field is null and p_may_be_new then
            return v_answer;
        end if;
    end if;

    if v_old.fill_id is null and v_answer.conflict_field is null then
        raise exception 'fill % of account % is taken, but cannot be read', p_fill.fill_id, p_fill.account_id
            using errcode = 'TB003', hint = 'Nothing was recorded. Run the call in an isolation level of read committed.';
    end if;

    v_answer.fill_id := coalesce(v_old.fill_id, p_fill.fill_id);
    if v_answer.conflict_field is not null then
        v_answer.outcome := 'conflict';
        perform trading._keep_conflicting_fill(p_fill, v_answer.conflict_field, v_old.fill_id, v_old.order_id);
        return v_answer;
    end if;

    select p.position_id into v_answer.position_id
      from trading.positions as p
     where p.account_id = v_old.account_id and p.instrument_id = v_old.instrument_id and p.position_key = v_old.position_key;
    return trading._fill_answer('replayed', v_old, v_answer.position_id);
end
$function$;

alter function trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean) owner to daybook_api;

comment on function trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean) is 'The answer to a fill that is already recorded, under its id or its trade number, or that contradicts its order; no outcome when it is new.';

revoke execute on function trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean) from public;
grant execute on function trading._answer_known_fill(p_fill trading.fills, p_may_be_new boolean) to daybook_owner;
