-- daybook mirror: function trading._fact_ctx(p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._fact_ctx(p_account_id uuid, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if trading._fence_broken(p_account_id, (p_ctx ->> 'bot')::uuid, (p_ctx ->> 'fence')::bigint) is null then
        return p_ctx;
    end if;
    return p_ctx || '{"stale_fence": true}';
end
$function$;

alter function trading._fact_ctx(p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function trading._fact_ctx(p_account_id uuid, p_ctx jsonb) is 'The context of a fact that comes in the name of a bot, with the key stale_fence added when the token does not count: so flagged, fact and event are kept.';

revoke execute on function trading._fact_ctx(p_account_id uuid, p_ctx jsonb) from public;
grant execute on function trading._fact_ctx(p_account_id uuid, p_ctx jsonb) to daybook_owner;
