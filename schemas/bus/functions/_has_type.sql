-- daybook mirror: function bus._has_type(p_value jsonb, p_type text)

CREATE OR REPLACE FUNCTION bus._has_type(p_value jsonb, p_type text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_text constant text := p_value #>> '{}';
begin
    return case p_type
        when 'any' then true
        when 'integer' then jsonb_typeof(p_value) = 'number' and scale(trim_scale(v_text::numeric)) = 0
        when 'uuid' then jsonb_typeof(p_value) = 'string' and v_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        when 'decimal' then jsonb_typeof(p_value) = 'string'
                            and v_text ~ '^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$' and v_text <> '-0'
        when 'timestamp' then jsonb_typeof(p_value) = 'string'
                              and v_text ~ '^[0-9]{4,}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
        else jsonb_typeof(p_value) = p_type
    end;
end
$function$;

alter function bus._has_type(p_value jsonb, p_type text) owner to daybook_api;

comment on function bus._has_type(p_value jsonb, p_type text) is 'Whether a JSON value has a type of a contract. A decimal is text without exponent, leading or trailing zeros.';

revoke execute on function bus._has_type(p_value jsonb, p_type text) from public;
grant execute on function bus._has_type(p_value jsonb, p_type text) to daybook_owner;
