create or replace function trading._venue_entry(p_account_id uuid, p_section text, p_item jsonb) returns trading.venue_entry
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entry trading.venue_entry;
    v_unknown text;
begin
    if jsonb_typeof(p_item) <> 'object' then
        raise exception 'is no object' using errcode = 'TB001', hint = 'Pass a JSON object.';
    end if;
    select string_agg(k.key, ', ' order by k.key) into v_unknown
      from jsonb_object_keys(p_item) as k (key)
     where k.key <> all (trading._venue_keys(p_section));
    if v_unknown is not null then
        raise exception 'has %, which is not known', v_unknown
            using errcode = 'TB001', hint = format('It may say %s.', array_to_string(trading._venue_keys(p_section), ', '));
    end if;

    v_entry := jsonb_populate_record(null::trading.venue_entry, p_item);
    if p_section = 'balances' then
        perform util.require_amount('balance', v_entry.balance);
        if not exists (select 1 from ref.currencies as c where c.code = v_entry.currency) then
            raise exception 'currency is %, which is not a registered currency', coalesce(quote_literal(left(v_entry.currency, 40)), 'null')
                using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency().';
        end if;
    else
        v_entry.instrument_id := trading._venue_instrument(p_account_id, v_entry);
        perform trading._check_venue_entry(p_section, v_entry);
    end if;
    return v_entry;
end
$$;

comment on function trading._venue_entry(uuid, text, jsonb) is
    'An entry of a section of a venue''s state, checked, with its instrument; TB001 or TB002 for one that is malformed.';
