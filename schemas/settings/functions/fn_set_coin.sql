-- daybook mirror: function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    perform util.require_text('p_symbol', p_symbol, 100);
    perform util.require_text('p_base', p_base, 30);
    perform util.require_text('p_quote', p_quote, 30);
    if p_enabled is null then
        raise exception 'argument p_enabled of coin % is null', quote_literal(p_symbol)
            using errcode = 'TB001', hint = 'Pass true or false.';
    end if;

    insert into settings.coin_universe as c (symbol, base, quote, enabled, updated_at, ctx)
    values (p_symbol, p_base, p_quote, p_enabled, clock_timestamp(), v_ctx)
    on conflict on constraint coin_universe_pkey
        do update set base = excluded.base, quote = excluded.quote, enabled = excluded.enabled,
                      version = c.version + 1, updated_at = excluded.updated_at, ctx = excluded.ctx
        where (c.base, c.quote, c.enabled) is distinct from (excluded.base, excluded.quote, excluded.enabled)
    returning c.version into version;

    if found then
        outcome := 'created';
        perform bus._emit_versioned('settings.coin_changed', p_symbol, version,
            jsonb_build_object('symbol', p_symbol, 'base', p_base, 'quote', p_quote, 'enabled', p_enabled),
            null, null, null, v_ctx);
    else
        outcome := 'replayed';
        select c.version into version from settings.coin_universe as c where c.symbol = p_symbol;
    end if;
    return next;
end
$function$;

alter function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) owner to daybook_api;

comment on function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) is 'Adds a symbol to the coin universe or changes it; disabling is a change. created when something changed, replayed when it was so already.';

revoke execute on function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) from public;
grant execute on function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) to daybook_data_writer;
grant execute on function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) to daybook_manager;
grant execute on function settings.fn_set_coin(p_symbol text, p_base text, p_quote text, p_enabled boolean, p_ctx jsonb) to daybook_owner;
