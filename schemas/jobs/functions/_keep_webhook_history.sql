-- daybook mirror: function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return jsonb_build_object('deliveries', (select coalesce(sum(d.deliveries), 0) from bus.fn_drop_webhook_history(null, 1000000, p_ctx) as d));
end
$function$;

alter function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb) owner to daybook_api;

comment on function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb) is 'Handler daybook.webhooks: drops deliveries of webhooks that ended longer ago than the setting bus.webhook_history_keep_days, at most a million. Answers how many.';

revoke execute on function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb) from public;
grant execute on function jobs._keep_webhook_history(p_args jsonb, p_ctx jsonb) to daybook_owner;
