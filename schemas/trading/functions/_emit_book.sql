-- daybook mirror: function trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_version bigint;
begin
    if p_account_id is not null then
        perform trading._emit_account(p_account_id, 'trading.account_' || p_what, p_payload, null, p_ctx);
        return;
    end if;

    update trading.risk_latch as l set version = l.version + 1 returning l.version into strict v_version;
    perform bus._emit_versioned('trading.book_' || p_what, 'book', v_version, p_payload, null, null, null, p_ctx);
end
$function$;

alter function trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb) is 'Emits what was decided for an account, or with null for all trading, with the next version of the account or the latch.';

revoke execute on function trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb) from public;
grant execute on function trading._emit_book(p_account_id uuid, p_what text, p_payload jsonb, p_ctx jsonb) to daybook_owner;
