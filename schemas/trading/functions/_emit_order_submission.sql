-- daybook mirror: function trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform bus._emit_versioned(
            case o.lifecycle when 'denied' then 'trading.order_denied' else 'trading.order_submitted' end,
            p_order_id::text, p_version,
            jsonb_strip_nulls(jsonb_build_object(
                'order_id', o.order_id, 'instrument_id', o.instrument_id, 'position_key', o.position_key, 'run_id', o.run_id,
                'side', o.side, 'type', o.type, 'time_in_force', o.time_in_force, 'qty', o.qty::text, 'price', o.price::text,
                'stop_price', o.stop_price::text, 'idempotency_key', o.idempotency_key, 'status', o.status,
                'refusal_code', o.refusal_code, 'refusal_detail', o.refusal_detail)),
            o.submitted_at, null, p_account_id, p_ctx)
       from trading.orders as o
      where o.account_id = p_account_id and o.order_id = p_order_id;
    if not found then
        raise exception 'order % of account % cannot be read by the transaction that wrote it', p_order_id, p_account_id
            using errcode = 'TB003', hint = 'Nothing was recorded. Report this with the version that `daybook version` prints.';
    end if;
end
$function$;

alter function trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb) is 'Emits order_submitted or order_denied for an order that this transaction has just written.';

revoke execute on function trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb) from public;
grant execute on function trading._emit_order_submission(p_account_id uuid, p_order_id uuid, p_version bigint, p_ctx jsonb) to daybook_owner;
