create or replace function trading._refuse_intent_id(p_account_id uuid, p_intent_id uuid) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'argument p_intent_id is %, which is no intent of account %', coalesce(p_intent_id::text, 'null'), p_account_id
        using errcode = 'TB002', hint = 'trading.fn_intents() lists them.';
end
$$;

comment on function trading._refuse_intent_id(uuid, uuid) is 'Raises TB002: the account has no such intent.';
