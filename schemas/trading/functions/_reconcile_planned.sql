-- daybook mirror: function trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[])
-- needs: trading/tables/fills.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[])
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(array_agg(f.fill order by s.idx) filter (where (f.fill).fill_id is not null and not f.busted), '{}'),
           coalesce(array_agg(s.ref_id) filter (where s.action = 'bust_fill'), '{}')
      from unnest(p_steps) with ordinality
           as s (kind, subject, field, book_value, venue_value, action, result, ref_id, detail, args, idx)
      left join lateral (
           select a.p_fill, a.busted
             from trading._amended_fill(jsonb_populate_record(null::trading.fills, s.args -> 'fill')) as a
            where s.args ? 'fill') as f (fill, busted) on true
$function$;

alter function trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[]) owner to daybook_api;

comment on function trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[]) is 'What steps would do to positions: the fills that they record, on their effective terms and without those that a bust waits for, and the fills that they bust.';

revoke execute on function trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[]) from public;
grant execute on function trading._reconcile_planned(p_steps trading.reconcile_step[], OUT fills trading.fills[], OUT busted uuid[]) to daybook_owner;
