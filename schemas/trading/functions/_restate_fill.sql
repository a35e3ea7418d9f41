-- daybook mirror: function trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric)

CREATE OR REPLACE FUNCTION trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    delete from trading.fill_restatements as r where r.account_id = p_account_id and r.fill_id = p_fill_id;
    insert into trading.fill_restatements (account_id, fill_id, position_cycle, position_qty, realized_gross, realized_net)
    select p_account_id, p_fill_id, p_cycle, p_qty, p_realized_gross, p_realized_net
      from trading.fills as f
     where f.account_id = p_account_id and f.fill_id = p_fill_id
       and (f.position_cycle, f.position_qty, f.realized_gross, f.realized_net)
           <> (p_cycle, p_qty, p_realized_gross, p_realized_net);
$function$;

alter function trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric) owner to daybook_api;

comment on function trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric) is 'Says what a fill realises now; nothing needs to be said where that is what was answered.';

revoke execute on function trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric) from public;
grant execute on function trading._restate_fill(p_account_id uuid, p_fill_id uuid, p_cycle bigint, p_qty numeric, p_realized_gross numeric, p_realized_net numeric) to daybook_owner;
