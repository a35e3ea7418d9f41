-- daybook mirror: function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[])

CREATE OR REPLACE FUNCTION trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[])
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_instrument record;
begin
    select i.venue, i.symbol, i.kind into strict v_instrument from ref.instruments as i where i.instrument_id = p_instrument_id;
    return util.uuid_from_name(
        p_account_id, (jsonb_build_array(v_instrument.venue, v_instrument.symbol, v_instrument.kind) || to_jsonb(p_words))::text);
end
$function$;

alter function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[]) owner to daybook_api;

comment on function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[]) is 'The id of what a reconciliation makes of these words: util.uuid_from_name() of the JSON array of venue, symbol, kind and the words, in the namespace of the account.';

revoke execute on function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[]) from public;
grant execute on function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[]) to daybook_owner;
