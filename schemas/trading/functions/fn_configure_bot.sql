-- daybook mirror: function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, bot_id uuid, version bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_params constant jsonb := coalesce(p_strategy_params, '{}');
    v_bot trading.bot_configs;
    v_old trading.bot_config_versions;
begin
    perform settings.require_account(p_account_id, 'manage');
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_id('p_bot_id', p_bot_id);
    perform util.require_text('p_name', p_name);
    perform trading._require_choice('p_desired_state', p_desired_state, array['running', 'paused', 'stopped']);
    perform util.require_text('p_image_tag', p_image_tag, 200, false);
    perform util.require_text('p_reason', p_reason, 1000);
    if jsonb_typeof(v_params) <> 'object' then
        raise exception 'argument p_strategy_params is %', left(v_params::text, 40)
            using errcode = 'TB001', hint = 'Pass the parameters as a JSON object, or null for none.';
    end if;

    -- Serialises the changes of one bot: the first one too, when there is no row to lock yet, and one of the column alone.
    perform pg_advisory_xact_lock(hashtextextended('trading.bot_configs ' || p_account_id || p_bot_id, 0));
    select * into v_bot from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id for no key update;
    v_bot.account_id := p_account_id;
    v_bot.bot_id := p_bot_id;
    v_bot.name := p_name;
    v_bot.desired_state := p_desired_state;
    v_bot.image_tag := p_image_tag;
    v_bot.strategy_params := v_params;
    v_bot.version := coalesce(v_bot.version, 0) + 1;
    v_bot.updated_at := clock_timestamp();
    v_bot.ctx := v_ctx;

    bot_id := p_bot_id;
    insert into trading.bot_config_versions as v (account_id, bot_id, version, change_id, name, desired_state, image_tag,
                                                  strategy_params, reason, changed_at, ctx)
    values (p_account_id, p_bot_id, v_bot.version, p_change_id, p_name, p_desired_state, p_image_tag, v_params, p_reason, v_bot.updated_at, v_ctx)
    on conflict do nothing
    returning v.version into version;

    if not found then
        select * into strict v_old from trading.bot_config_versions as v where v.account_id = p_account_id and v.change_id = p_change_id;
        conflict_field := case
            when v_old.bot_id <> p_bot_id then 'bot_id'
            when v_old.name <> p_name then 'name'
            when v_old.desired_state <> p_desired_state then 'desired_state'
            when v_old.image_tag is distinct from p_image_tag then 'image_tag'
            when v_old.strategy_params <> v_params then 'strategy_params'
            when v_old.reason <> p_reason then 'reason'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        bot_id := v_old.bot_id;
        version := v_old.version;
        return next;
        return;
    end if;

    outcome := 'created';
    insert into trading.bot_configs select v_bot.*
    on conflict on constraint bot_configs_pkey
        do update set name = excluded.name, desired_state = excluded.desired_state, image_tag = excluded.image_tag,
                      strategy_params = excluded.strategy_params, version = excluded.version, updated_at = excluded.updated_at,
                      ctx = excluded.ctx;
    insert into trading.bot_leases (account_id, bot_id) values (p_account_id, p_bot_id) on conflict on constraint bot_leases_pkey do nothing;
    perform trading._emit_bot_version(v_bot, p_change_id, p_reason, v_ctx);
    return next;
end
$function$;

alter function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb) is 'Says what a bot of the account should be, with the reason; the first call makes the bot. Every change is kept as a version. created with the version, replayed, or conflict naming the field in which the change of that id differs.';

revoke execute on function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb) from public;
grant execute on function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_configure_bot(p_account_id uuid, p_change_id uuid, p_bot_id uuid, p_name text, p_desired_state text, p_image_tag text, p_strategy_params jsonb, p_reason text, p_ctx jsonb) to daybook_owner;
