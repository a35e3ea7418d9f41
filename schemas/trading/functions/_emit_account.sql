-- daybook mirror: function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_version bigint;
begin
    update trading.accounts as a
       set version = a.version + 1
     where a.account_id = p_account_id
    returning a.version into strict v_version;

    perform bus._emit_versioned(p_event_type, p_account_id::text, v_version, p_payload, p_occurred_at, null, p_account_id, p_ctx);
end
$function$;

alter function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Emits an event of an account, with the account''s next version.';

revoke execute on function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._emit_account(p_account_id uuid, p_event_type text, p_payload jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
