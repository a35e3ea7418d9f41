-- daybook mirror: function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid)

CREATE OR REPLACE FUNCTION trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'argument p_intent_id is %, which is no intent of account %', coalesce(p_intent_id::text, 'null'), p_account_id
        using errcode = 'TB002', hint = 'trading.fn_intents() lists them.';
end
$function$;

alter function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid) owner to daybook_api;

comment on function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid) is 'Raises TB002: the account has no such intent.';

revoke execute on function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid) from public;
grant execute on function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid) to daybook_owner;
