-- An instrument by its names, since its id may be another in another database. JSON text, since names may hold any separator.
create or replace function trading._reconcile_id(p_account_id uuid, p_instrument_id uuid, p_words text[]) returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_instrument record;
begin
    select i.venue, i.symbol, i.kind into strict v_instrument from ref.instruments as i where i.instrument_id = p_instrument_id;
    return util.uuid_from_name(
        p_account_id, (jsonb_build_array(v_instrument.venue, v_instrument.symbol, v_instrument.kind) || to_jsonb(p_words))::text);
end
$$;

comment on function trading._reconcile_id(uuid, uuid, text[]) is
    'The id of what a reconciliation makes of these words: util.uuid_from_name() of the JSON array of venue, symbol, kind and the words, in the namespace of the account.';
