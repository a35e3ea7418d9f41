-- daybook mirror: function bus.fn_check_contracts(p_from_id bigint, p_limit integer)

CREATE OR REPLACE FUNCTION bus.fn_check_contracts(p_from_id bigint DEFAULT 0, p_limit integer DEFAULT 1000)
 RETURNS TABLE(id bigint, event_type text, field text, problem text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_from_id is null or p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'argument p_from_id is % and p_limit is %', coalesce(p_from_id::text, 'null'), coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass the emit id to begin with and a limit of 1 to 100000 findings.';
    end if;

    return query
        select e.id, e.event_type, f.field,
               case
                   when f.type is null then 'is not declared'
                   when f.value is null then 'is missing'
                   else format('is a JSON %s, not of type %s', jsonb_typeof(f.value), f.type)
               end
          from bus.domain_events as e
          join bus.domain_event_type as t on t.event_type = e.event_type
         cross join lateral (
                select coalesce(p.key, c.key) as field, p.value, c.value as type, c.required
                  from jsonb_each(e.payload) as p
                  full join (select r.key, r.value, true as required from jsonb_each_text(coalesce(t.contract -> 'required', '{}')) as r
                             union all
                             select o.key, o.value, false from jsonb_each_text(coalesce(t.contract -> 'optional', '{}')) as o) as c
                         on c.key = p.key) as f
         where e.id >= p_from_id
           and (f.type is null
                or f.value is null and f.required
                or f.value is not null and not bus._has_type(f.value, f.type) and (f.required or f.value <> 'null'))
         order by e.id, f.field
         limit p_limit;
end
$function$;

alter function bus.fn_check_contracts(p_from_id bigint, p_limit integer) owner to daybook_api;

comment on function bus.fn_check_contracts(p_from_id bigint, p_limit integer) is 'Fields of recorded payloads that break the contract of their event type: missing, undeclared, or of another type. No rows is the good answer. Reads the log from the given emit id on.';

revoke execute on function bus.fn_check_contracts(p_from_id bigint, p_limit integer) from public;
grant execute on function bus.fn_check_contracts(p_from_id bigint, p_limit integer) to daybook_owner;
