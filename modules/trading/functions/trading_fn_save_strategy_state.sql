-- The lease is held until the end of the transaction, as by whoever submits: a state that was let through by a token is there when the
-- next holder reads it.
create or replace function trading.fn_save_strategy_state(
    p_account_id uuid, p_bot_id uuid, p_token bigint, p_change_id uuid, p_name text, p_state jsonb, p_ctx jsonb default null)
returns table (outcome text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now timestamptz;
    v_old trading.bot_strategy_state_versions;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_text('p_name', p_name);
    if p_state is null then
        raise exception 'argument p_state is null' using errcode = 'TB001', hint = 'Pass the state as JSON.';
    end if;
    perform trading._enter_bot(p_account_id, p_bot_id);
    -- Serialises the changes of one state, including the first one, when there is no row to lock yet.
    perform pg_advisory_xact_lock(hashtextextended('trading.bot_strategy_state ' || p_account_id || p_bot_id || p_name, 0));

    refusal_detail := trading._fence_broken(p_account_id, p_bot_id, p_token);
    if refusal_detail is null then
        v_now := clock_timestamp();
        insert into trading.bot_strategy_state_versions as v (account_id, bot_id, name, version, change_id, state, token, saved_at, ctx)
        select p_account_id, p_bot_id, p_name, coalesce(max(s.version), 0) + 1, p_change_id, p_state, p_token, v_now, v_ctx
          from trading.bot_strategy_state as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.name = p_name
        on conflict do nothing
        returning v.version into version;
        if found then
            outcome := 'created';
            insert into trading.bot_strategy_state as s (account_id, bot_id, name, version, state, token, saved_at, ctx)
            values (p_account_id, p_bot_id, p_name, version, p_state, p_token, v_now, v_ctx)
            on conflict on constraint bot_strategy_state_pkey
                do update set version = excluded.version, state = excluded.state, token = excluded.token, saved_at = excluded.saved_at,
                              ctx = excluded.ctx;
            perform bus.fn_emit_domain_event('trading.strategy_state_saved', concat_ws('/', p_bot_id, p_name),
                jsonb_build_object('bot_id', p_bot_id, 'name', p_name, 'version', version, 'change_id', p_change_id),
                v_now, null, p_account_id, v_ctx);
            return next;
            return;
        end if;
    end if;

    -- Who saved it before it lost the lease is told so.
    select * into v_old from trading.bot_strategy_state_versions as v where v.account_id = p_account_id and v.change_id = p_change_id;
    if found then
        refusal_detail := null;
        version := v_old.version;
        conflict_field := case
            when v_old.bot_id <> p_bot_id then 'bot_id'
            when v_old.name <> p_name then 'name'
            when v_old.state <> p_state then 'state'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    outcome := 'refused';
    refusal_code := 'fenced';
    perform audit._write('trading.save_strategy_state', 'bot', p_bot_id::text, p_account_id, outcome, refusal_code,
        jsonb_build_object('change_id', p_change_id, 'name', p_name, 'detail', refusal_detail), v_ctx);
    perform bus.fn_emit_domain_event('trading.strategy_state_refused', concat_ws('/', p_bot_id, p_name),
        jsonb_build_object('bot_id', p_bot_id, 'name', p_name, 'change_id', p_change_id, 'refusal_code', refusal_code,
                           'refusal_detail', refusal_detail),
        null, null, p_account_id, v_ctx);
    return next;
end
$$;

comment on function trading.fn_save_strategy_state(uuid, uuid, bigint, uuid, text, jsonb, jsonb) is
    'Keeps what the strategy of a bot goes on from, under a name, each time as the next version. Takes the token of the bot''s lease, so that an instance that was replaced does not '
    'overwrite what its successor keeps; trading.fn_save_state() is for programs of an account that are no bots. created with the version; replayed; conflict naming the field that '
    'differs; refused with fenced, decided anew with every call. TB002 for an unknown bot.';
