-- daybook mirror: function trading._take_derived(p_account_id uuid, p_table text, p_rows json)

CREATE OR REPLACE FUNCTION trading._take_derived(p_account_id uuid, p_table text, p_rows json)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_taken bigint;
    v_trips bigint;
begin
    case p_table
    when 'restated_positions' then
        delete from trading.roundtrips as t
         using json_populate_recordset(null::trading.positions, p_rows) as r
         where t.account_id = p_account_id and t.position_id = r.position_id;
        get diagnostics v_trips = row_count;
        delete from trading.fill_restatements as x
         using json_populate_recordset(null::trading.positions, p_rows) as r
          join trading.positions as p on p.account_id = r.account_id and p.position_id = r.position_id
          join trading.fills as f on f.account_id = p.account_id and f.instrument_id = p.instrument_id and f.position_key = p.position_key
         where x.account_id = p_account_id and p.account_id = p_account_id and x.fill_id = f.fill_id;
    when 'roundtrips' then
        insert into trading.roundtrips
        select r.* from json_populate_recordset(null::trading.roundtrips, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint roundtrips_pkey do nothing;
    when 'fill_restatements' then
        insert into trading.fill_restatements
        select r.* from json_populate_recordset(null::trading.fill_restatements, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint fill_restatements_pkey do nothing;
    end case;
    get diagnostics v_taken = row_count;
    return v_taken + coalesce(v_trips, 0);
end
$function$;

alter function trading._take_derived(p_account_id uuid, p_table text, p_rows json) owner to daybook_api;

comment on function trading._take_derived(p_account_id uuid, p_table text, p_rows json) is 'Takes over what was derived anew from the fills of positions, or drops it for the positions that are named. Returns how many rows were changed. The caller has checked the name of the table, and emits the event.';

revoke execute on function trading._take_derived(p_account_id uuid, p_table text, p_rows json) from public;
grant execute on function trading._take_derived(p_account_id uuid, p_table text, p_rows json) to daybook_owner;
