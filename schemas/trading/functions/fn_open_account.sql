-- daybook mirror: function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, account_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_opening_balance constant numeric := util.require_amount('p_opening_balance', coalesce(p_opening_balance, 0));
    v_old trading.accounts;
begin
    perform util.require_id('p_account_id', p_account_id);
    perform util.require_text('p_name', p_name);
    perform trading._require_choice('p_mode', p_mode, array['live', 'paper', 'backtest']);
    perform trading._require_choice('p_position_mode', p_position_mode, array['netting', 'hedging']);
    if not exists (select 1 from ref.venues as v where v.code = p_venue) then
        raise exception 'argument p_venue is %, which is not registered', coalesce(quote_literal(left(p_venue, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the venue first with ref.fn_register_venue().';
    end if;
    if not exists (select 1 from ref.currencies as c where c.code = p_currency) then
        raise exception 'argument p_currency is %, which is not a registered currency',
                coalesce(quote_literal(left(p_currency, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency().';
    end if;

    account_id := p_account_id;
    insert into trading.accounts (account_id, name, venue, currency, mode, position_mode, opening_balance, ctx)
    values (p_account_id, p_name, p_venue, p_currency, p_mode, p_position_mode, v_opening_balance, v_ctx)
    on conflict on constraint accounts_pkey do nothing;

    if found then
        outcome := 'created';
        perform settings._grant_account_initial(p_account_id, v_ctx);
        perform bus._emit_versioned('trading.account_opened', p_account_id::text, 1,
            jsonb_build_object(
                'account_id', p_account_id, 'name', p_name, 'venue', p_venue, 'currency', p_currency, 'mode', p_mode,
                'position_mode', p_position_mode, 'opening_balance', v_opening_balance::text),
            null, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    -- Whoever may not read the account learns only that the id is taken.
    perform settings.require_account(p_account_id, 'read');
    select * into strict v_old from trading.accounts as a where a.account_id = p_account_id;
    conflict_field := case
        when v_old.name <> p_name then 'name'
        when v_old.venue <> p_venue then 'venue'
        when v_old.currency <> p_currency then 'currency'
        when v_old.mode <> p_mode then 'mode'
        when v_old.position_mode <> p_position_mode then 'position_mode'
        when v_old.opening_balance <> v_opening_balance then 'opening_balance'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb) is 'Opens an account in the book and gives all rights on it to the role that is logged in. created, replayed, or conflict naming the field that differs.';

revoke execute on function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb) from public;
grant execute on function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_open_account(p_account_id uuid, p_name text, p_venue text, p_currency text, p_mode text, p_position_mode text, p_opening_balance numeric, p_ctx jsonb) to daybook_owner;
