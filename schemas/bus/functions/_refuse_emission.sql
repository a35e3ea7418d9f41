-- daybook mirror: function bus._refuse_emission(p_event_type text, p_payload jsonb)

CREATE OR REPLACE FUNCTION bus._refuse_emission(p_event_type text, p_payload jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_required text[];
begin
    select t.required into v_required from bus.domain_event_type as t where t.event_type = p_event_type;
    if not found then
        raise exception 'argument p_event_type is %, which is not a declared event type', coalesce(quote_literal(p_event_type), 'null')
            using errcode = 'TB002',
                  hint = 'Declare the type with bus.fn_declare_event_type() in a migration of the module that emits '
                         'it.';
    end if;

    raise exception 'argument p_payload of event % lacks %', p_event_type,
            coalesce((select string_agg(r.field, ', ') from unnest(v_required) as r (field) where not p_payload ? r.field), 'everything')
        using errcode = 'TB001',
              hint = 'The contract in bus.domain_event_type lists the fields that the payload must have.';
end
$function$;

alter function bus._refuse_emission(p_event_type text, p_payload jsonb) owner to daybook_api;

comment on function bus._refuse_emission(p_event_type text, p_payload jsonb) is 'Raises the reason why an event could not be emitted: TB002 for an undeclared type, TB001 for a payload without its required fields.';

revoke execute on function bus._refuse_emission(p_event_type text, p_payload jsonb) from public;
grant execute on function bus._refuse_emission(p_event_type text, p_payload jsonb) to daybook_owner;
