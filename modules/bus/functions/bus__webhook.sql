create or replace function bus._webhook(p_endpoint_id uuid) returns bus.webhook_endpoints
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_endpoint bus.webhook_endpoints;
begin
    perform util.require_id('p_endpoint_id', p_endpoint_id);
    select * into v_endpoint from bus.webhook_endpoints as e where e.endpoint_id = p_endpoint_id for update;
    if not found then
        raise exception 'argument p_endpoint_id names no endpoint: %', p_endpoint_id
            using errcode = 'TB002', hint = 'Add it with bus.fn_set_webhook(); bus.v_webhooks lists those that there are.';
    end if;
    perform bus._require_webhook_right(v_endpoint.account_id);
    return v_endpoint;
end
$$;

comment on function bus._webhook(uuid) is 'An endpoint, locked, that the caller may change: TB002 when there is none, 42501 without the right.';
