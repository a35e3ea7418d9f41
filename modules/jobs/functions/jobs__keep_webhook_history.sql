create or replace function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb) returns jsonb
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object('deliveries', (select coalesce(sum(d.deliveries), 0) from bus.fn_drop_webhook_history(null, 1000000, p_ctx) as d));
end
$$;

comment on function jobs._keep_webhook_history(jsonb, jsonb) is
    'Handler daybook.webhooks: drops deliveries of webhooks that ended longer ago than the setting bus.webhook_history_keep_days, at most a million. Answers how many.';
