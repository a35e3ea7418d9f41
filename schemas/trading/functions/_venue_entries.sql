-- daybook mirror: function trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text)
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text)
 RETURNS trading.venue_entry[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_entries_max constant integer := 10000;
    v_section constant jsonb := p_state -> p_section;
    v_entries trading.venue_entry[] := '{}';
    v_place integer := 0;
    v_item jsonb;
    v_entry trading.venue_entry;
    v_keys jsonb[] := '{}';
    v_message text;
    v_hint text;
begin
    if v_section is null or v_section = 'null' then
        return null;
    end if;
    if jsonb_typeof(v_section) <> 'array' or jsonb_array_length(v_section) > c_entries_max then
        raise exception 'argument p_venue_state: % is no array of at most % entries', p_section, c_entries_max
            using errcode = 'TB001', hint = 'Pass an array, or null when the venue could not be asked.';
    end if;

    for v_item in select e.value from jsonb_array_elements(v_section) as e loop
        v_place := v_place + 1;
        v_entry := trading._venue_entry(p_account_id, p_section, v_item);
        v_keys := v_keys || jsonb_build_array(
            v_entry.currency, v_entry.instrument_id, v_entry.position_key, v_entry.fill_id, v_entry.venue_trade_id, v_entry.trade_discriminator,
            case when p_section <> 'fills' then array[v_entry.order_id::text, v_entry.exchange_order_id] end);
        v_entries := v_entries || v_entry;
    end loop;
    select min(k.place) into v_place
      from (select u.place, row_number() over (partition by u.key order by u.place) > 1 as again
              from unnest(v_keys) with ordinality as u (key, place)) as k
     where k.again;
    if v_place is not null then
        raise exception 'is told twice' using errcode = 'TB001', hint = 'Say each fill, order, position and balance once.';
    end if;
    return v_entries;
exception
    when sqlstate 'TB001' or sqlstate 'TB002' or data_exception then
        get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
        if v_place = 0 then
            raise;
        end if;
        raise exception 'argument p_venue_state, entry % of %: %', v_place, p_section, v_message
            using errcode = case when sqlstate = 'TB002' then 'TB002' else 'TB001' end, hint = v_hint;
end
$function$;

alter function trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text) owner to daybook_api;

comment on function trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text) is 'The entries of a section of a venue''s state, checked, with their instruments; null when the section is not known. TB001 and TB002 name the place of the first that is malformed.';

revoke execute on function trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text) from public;
grant execute on function trading._venue_entries(p_account_id uuid, p_state jsonb, p_section text) to daybook_owner;
