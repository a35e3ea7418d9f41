-- daybook mirror: function bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint)
-- needs: bus/tables/webhook_endpoints.sql

CREATE OR REPLACE FUNCTION bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint)
 RETURNS bus.webhook_endpoints
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_defaults constant jsonb := '{"rate_per_s": 50, "in_flight_max": 4, "timeout_ms": 15000, "retry_first_ms": 5000, "retry_for_s": 259200,
                                   "allow_private": false}';
    c_ranges constant jsonb := '{"rate_per_s": [1, 10000], "in_flight_max": [1, 64], "timeout_ms": [100, 120000], "retry_first_ms": [10, 600000],
                                 "retry_for_s": [1, 2592000]}';
    v_settings constant jsonb := c_defaults || coalesce(p_settings, '{}');
    v_wrong text;
    v_new bus.webhook_endpoints;
begin
    select s.key into v_wrong
      from jsonb_each(v_settings) as s
     where not c_defaults ? s.key
        or jsonb_typeof(s.value) <> jsonb_typeof(c_defaults -> s.key)
        or (jsonb_typeof(s.value) = 'number'
            and (s.value::numeric <> trunc(s.value::numeric)
                 or s.value::numeric not between (c_ranges -> s.key ->> 0)::numeric and (c_ranges -> s.key ->> 1)::numeric))
     order by s.key
     limit 1;
    if v_wrong is not null then
        raise exception 'argument p_settings has % = %', v_wrong, v_settings ->> v_wrong
            using errcode = 'TB001',
                  hint = format('Settings are allow_private, true or false, and whole numbers within these ranges: %s.', c_ranges);
    end if;
    if (v_settings ->> 'allow_private')::boolean and not bus._reads_log() then
        raise exception 'role % may not have private addresses posted to', quote_literal(session_user)
            using errcode = '42501', hint = 'An operator, who may execute bus.fn_read_log(), may allow it for an endpoint.';
    end if;
    perform util.require_text('p_url', p_url, 2000);
    if p_url !~ '^https?://[^/?#@[:space:][:cntrl:]]+([/?][^#[:space:][:cntrl:]]*)?$'
       or (p_url !~ '^https:' and not (v_settings ->> 'allow_private')::boolean) then
        raise exception 'argument p_url is not the URL of an endpoint'
            using errcode = 'TB001',
                  hint = 'Write https://host/path without user, password and fragment; http:// is for endpoints with allow_private.';
    end if;
    select t.name into v_wrong from unnest(p_event_types) as t (name) where t.name <> all (array(select d.event_type from bus.domain_event_type as d)) limit 1;
    if v_wrong is not null or cardinality(p_event_types) = 0 or array_position(p_event_types, null) is not null then
        raise exception 'argument p_event_types has no declared type: %', coalesce(quote_literal(v_wrong), 'null')
            using errcode = 'TB002', hint = 'bus.domain_event_type lists the types; null stands for all of them.';
    end if;
    if p_secrets is null or cardinality(p_secrets) not between 1 and 2 or p_secrets[1] = p_secrets[2]
       or exists (select from unnest(p_secrets) as s (name) where s.name is null or s.name !~ '^[a-z][a-z0-9_]{0,62}$') then
        raise exception 'argument p_secrets is %', coalesce(p_secrets::text, 'null')
            using errcode = 'TB001', hint = 'Pass one or two names of lower-case letters, digits and underscores; their values are given to the relay.';
    end if;
    if p_after_seq not between 0 and (select l.last_seq from bus.logs as l where l.log = 0) then
        raise exception 'argument p_after_seq is %, which is no place of the log', p_after_seq
            using errcode = 'TB001', hint = 'Pass 0 for the beginning of the log, null for its end.';
    end if;

    v_new.endpoint_id := p_endpoint_id;
    v_new.account_id := p_account_id;
    v_new.url := p_url;
    v_new.event_types := (select array_agg(distinct t.name order by t.name) from unnest(p_event_types) as t (name));
    v_new.secrets := p_secrets;
    v_new.rate_per_s := v_settings -> 'rate_per_s';
    v_new.in_flight_max := v_settings -> 'in_flight_max';
    v_new.timeout_ms := v_settings -> 'timeout_ms';
    v_new.retry_first_ms := v_settings -> 'retry_first_ms';
    v_new.retry_for := make_interval(secs => (v_settings ->> 'retry_for_s')::double precision);
    v_new.allow_private := v_settings -> 'allow_private';
    return v_new;
end
$function$;

alter function bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint) owner to daybook_api;

comment on function bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint) is 'The endpoint that a caller of bus.fn_set_webhook() describes, with defaults for what he leaves out; TB001, TB002 or 42501 naming what is wrong.';

revoke execute on function bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint) from public;
grant execute on function bus._checked_webhook(p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid, p_settings jsonb, p_after_seq bigint) to daybook_owner;
