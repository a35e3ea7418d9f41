create or replace function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamptz,
                                                 p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
begin
    update trading.accounts as a
       set version = a.version + 1
     where a.account_id = p_account_id
    returning a.version into strict v_version;

    perform bus._emit_versioned(p_event_type, p_account_id::text, v_version, p_payload, p_occurred_at, null, p_account_id, p_ctx);
end
$$;

comment on function trading._emit_account(uuid, text, jsonb, timestamptz, jsonb) is 'Emits an event of an account, with the account''s next version.';
