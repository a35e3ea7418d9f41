-- daybook mirror: function trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry)
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_found uuid[];
begin
    if p_entry.instrument_id is null and p_entry.symbol is null then
        return null;
    end if;
    v_found := array(
        select i.instrument_id
          from trading.accounts as a
          join ref.instruments as i on i.venue = a.venue
         where a.account_id = p_account_id and i.symbol = p_entry.symbol and i.kind = coalesce(p_entry.kind, i.kind)
           and i.instrument_id = coalesce(p_entry.instrument_id, i.instrument_id)
        union
        select i.instrument_id from ref.instruments as i where i.instrument_id = p_entry.instrument_id and p_entry.symbol is null);
    if cardinality(v_found) <> 1 then
        raise exception '% instruments are %', cardinality(v_found),
                concat_ws(' ', p_entry.instrument_id::text, left(p_entry.symbol, 40), left(p_entry.kind, 40))
            using errcode = case cardinality(v_found) when 0 then 'TB002' else 'TB001' end,
                  hint = 'Name the instrument by instrument_id, or by its symbol at the account''s venue, with its kind where several share a symbol.';
    end if;
    return v_found[1];
end
$function$;

alter function trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry) owner to daybook_api;

comment on function trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry) is 'The instrument that an entry names by its id or by its symbol at the venue of the account; null when it names none.';

revoke execute on function trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry) from public;
grant execute on function trading._venue_instrument(p_account_id uuid, p_entry trading.venue_entry) to daybook_owner;
