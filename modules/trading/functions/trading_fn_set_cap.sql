-- The lock is that of a halt, held alone: no submission is under way, so nothing is handed out of the old cap once the new one is committed.
create or replace function trading.fn_set_cap(
    p_change_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_currency text, p_limit numeric, p_slice numeric, p_reason text, p_actor text,
    p_ctx jsonb default null)
returns table (outcome text, version bigint, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_account_id constant uuid := coalesce(p_account_id, c_all);
    v_bot_id constant uuid := coalesce(p_bot_id, c_all);
    v_limit constant numeric := util.require_amount('p_limit', p_limit, false);
    v_slice constant numeric := trading._require_positive('p_slice', p_slice, false);
    v_now constant timestamptz := clock_timestamp();
    v_old trading.notional_cap_versions;
begin
    perform util.require_id('p_change_id', p_change_id);
    perform trading._require_choice('p_scope', p_scope, array['global', 'bot']);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    if num_nonnulls(p_account_id, p_bot_id) <> 2 * (p_scope = 'bot')::integer or p_account_id = c_all or p_bot_id = c_all then
        raise exception 'arguments p_account_id % and p_bot_id % do not fit the scope %',
                coalesce(p_account_id::text, 'null'), coalesce(p_bot_id::text, 'null'), p_scope
            using errcode = 'TB001', hint = 'A cap of all trading names neither, a cap of a bot both.';
    end if;
    if v_limit < 0 then
        raise exception 'argument p_limit is %, which is negative', v_limit
            using errcode = 'TB001', hint = 'Pass the most that may be asked for in a day, or null to remove the cap.';
    end if;
    if not exists (select from ref.currencies as c where c.code = p_currency) then
        raise exception 'argument p_currency is %, which is not registered', coalesce(quote_literal(left(p_currency, 40)), 'null')
            using errcode = 'TB002', hint = 'Register the currency first with ref.fn_register_currency().';
    end if;
    if p_scope = 'global' then
        perform pg_advisory_xact_lock(hashtextextended('trading.risk_state', 0));
    else
        perform settings.require_account(p_account_id, 'manage');
        if not exists (select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id) then
            perform trading._refuse_bot(p_account_id, p_bot_id);
        end if;
        perform pg_advisory_xact_lock(hashtextextended('trading.risk_state ' || p_account_id, 0));
    end if;

    insert into trading.notional_cap_versions as v (account_id, bot_id, currency, version, change_id, limit_amount, slice, reason, actor,
                                                    changed_at, ctx)
    select v_account_id, v_bot_id, p_currency, coalesce(max(c.version), 0) + 1, p_change_id, v_limit, v_slice, p_reason, p_actor, v_now, v_ctx
      from trading.notional_caps as c
     where c.account_id = v_account_id and c.bot_id = v_bot_id and c.currency = p_currency
    on conflict do nothing
    returning v.version into version;
    if not found then
        select * into strict v_old from trading.notional_cap_versions as v where v.account_id = v_account_id and v.change_id = p_change_id;
        version := v_old.version;
        conflict_field := case
            when v_old.bot_id <> v_bot_id then 'bot_id'
            when v_old.currency <> p_currency then 'currency'
            when v_old.limit_amount is distinct from v_limit then 'limit'
            when v_old.slice is distinct from v_slice then 'slice'
            when v_old.reason <> p_reason then 'reason'
            when v_old.actor <> p_actor then 'actor'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    outcome := 'created';
    insert into trading.notional_caps as c (account_id, bot_id, currency, limit_amount, slice, version, updated_at)
    values (v_account_id, v_bot_id, p_currency, v_limit, v_slice, version, v_now)
    on conflict on constraint notional_caps_pkey
        do update set limit_amount = excluded.limit_amount, slice = excluded.slice, version = excluded.version, updated_at = excluded.updated_at;
    perform trading._empty_slices(v_account_id, v_bot_id);
    perform audit._write('trading.set_cap', 'cap', concat_ws('/', p_bot_id, p_currency), p_account_id, outcome, null,
        jsonb_strip_nulls(jsonb_build_object('change_id', p_change_id, 'scope', p_scope, 'version', version, 'limit', v_limit::text, 'slice', v_slice::text,
                                             'reason', p_reason, 'actor', p_actor)), v_ctx);
    perform trading._emit_book(p_account_id, 'cap_set',
        jsonb_strip_nulls(jsonb_build_object(
            'change_id', p_change_id, 'version', version, 'bot_id', p_bot_id, 'currency', p_currency, 'limit', v_limit::text, 'slice', v_slice::text,
            'reason', p_reason, 'actor', p_actor)), v_ctx);
    return next;
end
$$;

comment on function trading.fn_set_cap(uuid, text, uuid, uuid, text, numeric, numeric, text, text, jsonb) is
    'Says how much notional a bot (scope bot), or all trading (global), may ask for in a currency and UTC day; a null limit removes the cap. Waits for submissions under way; once it '
    'has committed, no submission and no replace that asks for more passes it. p_slice: how much is handed out at a time, null for a sixteenth of what is left. '
    'created with the version of the cap, replayed, or conflict naming the field in which the change of that id differs; TB002 for an unknown bot or currency.';
