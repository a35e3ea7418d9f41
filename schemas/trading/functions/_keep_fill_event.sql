-- daybook mirror: function trading._keep_fill_event(p_event trading.fill_events)
-- needs: trading/tables/fill_events.sql
-- needs: trading/types/fill_event_answer.sql

CREATE OR REPLACE FUNCTION trading._keep_fill_event(p_event trading.fill_events)
 RETURNS trading.fill_event_answer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_event trading.fill_events := trading._place_fill_event(p_event);
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'event % names fill %, which is not in the book as this transaction sees it', p_event.event_id, p_event.fill_id
            using errcode = 'TB004', hint = 'Nothing was recorded. Run the call in an isolation level of read committed.';
    end if;
    if p_event.price = 0 then
        raise exception 'argument p_price is 0, but fill % is not in the book and may be one of an inverse contract', p_event.fill_id
            using errcode = 'TB001', hint = 'Record the fill first.';
    end if;

    if v_event.outcome = 'refused' then
        perform audit._write('trading.amend_fill', 'fill', v_event.fill_id::text, v_event.account_id, 'refused', v_event.refusal_code,
            jsonb_build_object('event_id', v_event.event_id, 'event', v_event.kind, 'detail', v_event.refusal_detail), v_event.ctx);
    end if;
    perform trading._write_fill_event(v_event);

    perform trading._emit_account(v_event.account_id, 'trading.fill_event_kept',
        jsonb_strip_nulls(jsonb_build_object(
            'event_id', v_event.event_id, 'fill_id', v_event.fill_id, 'kind', v_event.kind, 'outcome', v_event.outcome,
            'qty', v_event.qty::text, 'price', v_event.price::text, 'fee', v_event.fee::text, 'fee_currency', v_event.fee_currency,
            'fee_rate', v_event.fee_rate::text, 'leaves_qty', v_event.leaves_qty::text, 'reason', v_event.reason,
            'refusal_code', v_event.refusal_code, 'refusal_detail', v_event.refusal_detail)),
        v_event.occurred_at, v_event.ctx);
    return trading._fill_event_answer(v_event.outcome, v_event, null);
end
$function$;

alter function trading._keep_fill_event(p_event trading.fill_events) owner to daybook_api;

comment on function trading._keep_fill_event(p_event trading.fill_events) is 'Records a bust or correction of a fill that is not in the book: it waits for the fill, unless a bust waits already.';

revoke execute on function trading._keep_fill_event(p_event trading.fill_events) from public;
grant execute on function trading._keep_fill_event(p_event trading.fill_events) to daybook_owner;
