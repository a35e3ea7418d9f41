-- daybook mirror: function bus._take_events(p_account_id uuid, p_rows json)

CREATE OR REPLACE FUNCTION bus._take_events(p_account_id uuid, p_rows json)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_taken bigint;
begin
    with taken as (
        insert into bus.domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version, occurred_at,
                                       recorded_at, payload, ctx)
        select r.event_id, r.event_type, r.account_id, r.aggregate_type, r.aggregate_id, r.aggregate_version, r.occurred_at,
               r.recorded_at, r.payload, r.ctx
          from json_populate_recordset(null::bus.domain_events, p_rows) as r
         where (r.account_id = p_account_id or r.account_id is null and r.aggregate_type = 'session')
           and not exists (
                   select 1
                     from bus.domain_events as d
                    where d.aggregate_type = r.aggregate_type and d.aggregate_id = r.aggregate_id
                      and d.aggregate_version = r.aggregate_version
                      and (d.account_id = r.account_id or d.account_id is null and r.account_id is null))
         order by r.id
        returning aggregate_type, aggregate_id, aggregate_version
    ), head as (
        insert into bus.aggregate_heads as h (aggregate_type, aggregate_id, version)
        select t.aggregate_type, t.aggregate_id, max(t.aggregate_version)
          from taken as t
         where t.aggregate_type not in ('account', 'order', 'run', 'session') -- whose own rows have it
         group by t.aggregate_type, t.aggregate_id
        on conflict on constraint aggregate_heads_pkey do update set version = greatest(h.version, excluded.version)
    )
    select count(*) into v_taken from taken;
    return v_taken;
end
$function$;

alter function bus._take_events(p_account_id uuid, p_rows json) owner to daybook_api;

comment on function bus._take_events(p_account_id uuid, p_rows json) is 'Takes over events of an account, and of sessions, that happened at another place, and moves the heads of their aggregates, so that the next event has the next version. Returns how many are new.';

revoke execute on function bus._take_events(p_account_id uuid, p_rows json) from public;
grant execute on function bus._take_events(p_account_id uuid, p_rows json) to daybook_owner;
