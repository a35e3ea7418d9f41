create or replace function market.fn_unsubscribe(
    p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb default null)
returns table (outcome text, version bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_row market.symbol_subscriptions;
begin
    perform market._check_subscription(p_account_id, p_bot_id, p_instrument_id, p_stream);

    update market.symbol_subscriptions as s
       set active = false, version = s.version + 1, changed_at = clock_timestamp(), changed_by = session_user, ctx = v_ctx
     where s.account_id = p_account_id and s.bot_id = p_bot_id and s.instrument_id = p_instrument_id and s.stream = p_stream and s.active
    returning * into v_row;

    if found then
        outcome := 'created';
        perform market._emit_subscription(v_row);
    else
        outcome := 'replayed';
        select s.* into v_row
          from market.symbol_subscriptions as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.instrument_id = p_instrument_id and s.stream = p_stream;
    end if;
    version := v_row.version;
    return next;
end
$$;
comment on function market.fn_unsubscribe(uuid, uuid, uuid, text, jsonb) is
    'Ends what market.fn_subscribe() began. created when something changed, replayed when there was nothing to end; the version is null for what never was. '
    '42501 without the right to trade for the account, TB002 unknown stream or instrument.';
