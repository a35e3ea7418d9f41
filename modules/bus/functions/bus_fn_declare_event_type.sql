-- Runs as the owner of the tables: a declaration belongs to the schema, and the role behind the other functions cannot
-- change one. It emits no event for the same reason that creating a table emits none.
-- daybook-lint: allow state-change-without-event until 2028-06-30: a declaration belongs to the schema, as a table does
create or replace function bus.fn_declare_event_type(
    p_event_type text, p_module text, p_aggregate_type text, p_description text, p_contract jsonb)
returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_types constant text[] :=
        array['string', 'number', 'integer', 'boolean', 'uuid', 'decimal', 'timestamp', 'object', 'array', 'any'];
    v_old bus.domain_event_type;
begin
    if p_event_type is null or p_module is null or p_aggregate_type is null or p_description is null then
        raise exception 'event type %: name, module, aggregate type and description are all needed', coalesce(p_event_type, 'null')
            using errcode = 'TB001', hint = 'Pass a text for each of them.';
    end if;
    if p_event_type !~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$' then
        raise exception 'argument p_event_type is %, which is not a name of an event type', quote_literal(p_event_type)
            using errcode = 'TB001', hint = 'Write the schema, a dot and what happened, as in trading.order_submitted.';
    end if;
    if jsonb_typeof(p_contract) is distinct from 'object'
       or p_contract - array['required', 'optional'] <> '{}'
       or exists (select 1 from jsonb_each(p_contract) as part where jsonb_typeof(part.value) <> 'object')
       or exists (select 1
                    from jsonb_each(p_contract) as part,
                         jsonb_each(case jsonb_typeof(part.value) when 'object' then part.value else '{}' end) as field
                   where jsonb_typeof(field.value) <> 'string' or field.value #>> '{}' <> all (c_types))
    then
        raise exception 'argument p_contract of event type % is %', p_event_type, coalesce(left(p_contract::text, 200), 'null')
            using errcode = 'TB001',
                  hint = format('Pass {"required": {field: type}, "optional": {field: type}} with the types %s.', array_to_string(c_types, ', '));
    end if;

    -- One declaration at a time: two installers of one module must not both find the type missing.
    perform pg_advisory_xact_lock(hashtextextended('bus.domain_event_type', 0));
    select * into v_old from bus.domain_event_type as t where t.event_type = p_event_type;
    if not found then
        insert into bus.domain_event_type (event_type, module, aggregate_type, description, contract, required)
        values (p_event_type, p_module, p_aggregate_type, p_description, p_contract,
                array(select jsonb_object_keys(p_contract -> 'required') order by 1));
        return 'created';
    end if;
    if v_old.aggregate_type <> p_aggregate_type or v_old.module <> p_module then
        raise exception 'event type % belongs to aggregate % of module %, not to aggregate % of module %',
                p_event_type, v_old.aggregate_type, v_old.module, p_aggregate_type, p_module
            using errcode = 'TB001',
                  hint = 'Versions are counted per aggregate type, so it cannot change; declare a new event type.';
    end if;
    if v_old.description = p_description and v_old.contract = p_contract then
        return 'replayed';
    end if;

    update bus.domain_event_type as t
       set description = p_description,
           contract = p_contract,
           required = array(select jsonb_object_keys(p_contract -> 'required') order by 1)
     where t.event_type = p_event_type;
    return 'changed';
end
$$;

comment on function bus.fn_declare_event_type(text, text, text, text, jsonb) is
    'Declares a type of event, or changes the text or contract of a declared one; says created, replayed (nothing '
    'written) or changed. For migrations.';
