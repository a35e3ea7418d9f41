-- daybook mirror: function util.ctx(p_ctx jsonb)

CREATE OR REPLACE FUNCTION util.ctx(p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_keys constant text[] := array['session', 'actor', 'correlation', 'cause', 'bot', 'fence'];
    c_uuid constant text := '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
begin
    -- Every write comes through here, so the good case is one expression without a query. An absent key gives null.
    if jsonb_typeof(p_ctx) = 'object'
       and p_ctx - c_keys = '{}'
       and coalesce(p_ctx ->> 'session' ~ c_uuid, not p_ctx ? 'session')
       and coalesce(p_ctx ->> 'correlation' ~ c_uuid, not p_ctx ? 'correlation')
       and coalesce(p_ctx ->> 'cause' ~ c_uuid, not p_ctx ? 'cause')
       and coalesce(p_ctx ->> 'bot' ~ c_uuid, not p_ctx ? 'bot')
       and coalesce(jsonb_typeof(p_ctx -> 'actor') = 'string' and length(p_ctx ->> 'actor') between 1 and 200, true)
       and coalesce(case jsonb_typeof(p_ctx -> 'fence')
                        when 'number' then (p_ctx ->> 'fence')::numeric between -9223372036854775808 and 9223372036854775807
                                           and scale(trim_scale((p_ctx ->> 'fence')::numeric)) = 0
                        else not p_ctx ? 'fence'
                    end, true)
    then
        return p_ctx;
    end if;

    raise exception 'argument p_ctx is %, which is not a context', left(p_ctx::text, 200)
        using errcode = 'TB001',
              hint = 'Pass null or a JSON object of session, correlation, cause and bot (uuid), actor (1 to 200 '
                     'characters) and fence (bigint); '
                     'leave out a key that has no value.';
end
$function$;

alter function util.ctx(p_ctx jsonb) owner to daybook_api;

comment on function util.ctx(p_ctx jsonb) is 'The context itself if it is null or an object of session, correlation, cause, bot (uuid), actor (text) and fence (bigint), else TB001.';

revoke execute on function util.ctx(p_ctx jsonb) from public;
grant execute on function util.ctx(p_ctx jsonb) to daybook_owner;
