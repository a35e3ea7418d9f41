-- Facts are never refused. Nothing is locked: what counts is the lease as it is now.
create or replace function trading._fact_ctx(p_account_id uuid, p_ctx jsonb) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if trading._fence_broken(p_account_id, (p_ctx ->> 'bot')::uuid, (p_ctx ->> 'fence')::bigint) is null then
        return p_ctx;
    end if;
    return p_ctx || '{"stale_fence": true}';
end
$$;

comment on function trading._fact_ctx(uuid, jsonb) is
    'The context of a fact that comes in the name of a bot, with the key stale_fence added when the token does not count: so flagged, fact and event are kept.';
