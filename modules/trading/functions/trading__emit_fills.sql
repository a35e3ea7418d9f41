-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._emit_fills(p_account_id uuid, p_fills trading.fills[], p_position_ids uuid[], p_ctx jsonb) returns void
language plpgsql volatile
as $$
begin
    perform bus._emit_versioned_many(
            'trading.fill_recorded', array_agg(e.order_id), array_agg(e.order_version), array_agg(e.payload), array_agg(e.filled_at),
            p_account_id, p_ctx)
       from (select f.order_id::text as order_id, f.order_version, trading._describe_fill(f, p_position_ids[row_number() over ()]) as payload,
                    f.filled_at
               from unnest(p_fills) as f) as e
     having count(*) > 0;
end
$$;

comment on function trading._emit_fills(uuid, trading.fills[], uuid[], jsonb) is
    'Emits fill_recorded for fills of one account that this transaction has just written, in their order. They came with one call and one context.';
