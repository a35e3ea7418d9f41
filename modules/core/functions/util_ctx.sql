create or replace function util.ctx(p_ctx jsonb) returns jsonb
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    c_uuid constant text := '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
    v_key text;
    v_value jsonb;
    v_ok boolean;
begin
    if p_ctx is null then
        return null;
    end if;

    if jsonb_typeof(p_ctx) <> 'object' then
        raise exception 'argument p_ctx is %, which is not an object', left(p_ctx::text, 40)
            using errcode = 'TB001',
                  hint = 'Pass a JSON object, or null when there is no context.';
    end if;

    for v_key, v_value in select e.key, e.value from jsonb_each(p_ctx) as e loop
        v_ok := case
            when v_key in ('session', 'correlation', 'cause')
                then jsonb_typeof(v_value) = 'string' and v_value #>> '{}' ~ c_uuid
            when v_key = 'actor'
                then jsonb_typeof(v_value) = 'string' and length(v_value #>> '{}') between 1 and 200
            when v_key = 'fence'
                then jsonb_typeof(v_value) = 'number'
                     and case when jsonb_typeof(v_value) = 'number'
                              then (v_value #>> '{}')::numeric between -9223372036854775808 and 9223372036854775807
                                   and scale(trim_scale((v_value #>> '{}')::numeric)) = 0
                         end
            else false
        end;
        if v_ok is not true then
            raise exception 'argument p_ctx holds key % with value %, which is not allowed',
                    quote_literal(left(v_key, 40)), left(v_value::text, 80)
                using errcode = 'TB001',
                      hint = 'Allowed are session, correlation and cause (uuid), actor (1 to 200 characters) and fence (bigint); '
                             'leave out a key that has no value.';
        end if;
    end loop;

    return p_ctx;
end
$$;

comment on function util.ctx(jsonb) is
    'The context itself if it is null or an object of session, correlation, cause (uuid), actor (text) and fence (bigint), else TB001.';
