-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._emit_fills(p_account_id uuid, p_fills trading.fills[], p_position_ids uuid[], p_ctx jsonb) returns void
language plpgsql volatile
as $$
begin
    perform bus._emit_versioned_many(
            'trading.fill_recorded', array_agg(f.order_id::text order by f.idx), array_agg(f.order_version order by f.idx),
            array_agg(trading._describe_fill(f.fill, p_position_ids[f.idx]) order by f.idx), array_agg(f.filled_at order by f.idx),
            p_account_id, p_ctx)
       from (select n as fill, n.order_id, n.order_version, n.filled_at, row_number() over ()::integer as idx from unnest(p_fills) as n) as f
     having count(*) > 0;
end
$$;

comment on function trading._emit_fills(uuid, trading.fills[], uuid[], jsonb) is
    'Emits fill_recorded for fills of one account that this transaction has just written, in their order. They came with one call and one context.';
