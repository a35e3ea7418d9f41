create or replace function trading._keep_conflicting_fill(
    p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_conflict_field text, p_known_fill_id uuid, p_received jsonb,
    p_occurred_at timestamptz, p_ctx jsonb)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
begin
    update trading.orders as o
       set version = o.version + 1
     where o.account_id = p_account_id and o.order_id = p_order_id
    returning o.version into v_version;

    perform audit._write('trading.record_fill', 'fill', p_fill_id::text, p_account_id, 'conflict', p_conflict_field,
        jsonb_build_object('known_fill_id', p_known_fill_id, 'received', p_received), p_ctx);
    perform bus._emit_versioned('trading.fill_conflicted', p_order_id::text, v_version,
        jsonb_strip_nulls(jsonb_build_object(
            'fill_id', p_fill_id, 'order_id', p_order_id, 'conflict_field', p_conflict_field,
            'known_fill_id', p_known_fill_id, 'received', p_received)),
        p_occurred_at, null, p_account_id, p_ctx);
end
$$;

comment on function trading._keep_conflicting_fill(uuid, uuid, uuid, text, uuid, jsonb, timestamptz, jsonb) is
    'Keeps a fill that contradicts the book, as received, in the audit log and as an event: it is neither applied nor dropped.';
