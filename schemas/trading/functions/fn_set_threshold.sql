-- daybook mirror: function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_account_id constant uuid := coalesce(p_account_id, c_all);
    v_bot_id constant uuid := coalesce(p_bot_id, c_all);
    v_value constant numeric := util.require_amount('p_value', p_value, false);
    v_now constant timestamptz := clock_timestamp();
    v_old trading.risk_config_versions;
begin
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_text('p_name', p_name);
    perform util.require_text('p_unit', p_unit, 40);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    perform trading._require_risk_scope(p_account_id, p_bot_id);

    -- Serialises the changes of an account's thresholds, including the first one, when there is no row to lock yet.
    perform pg_advisory_xact_lock(hashtextextended('trading.risk_config ' || v_account_id, 0));
    insert into trading.risk_config_versions as v (account_id, bot_id, name, version, change_id, value, unit, reason, actor, changed_at, ctx)
    select v_account_id, v_bot_id, p_name, coalesce(max(c.version), 0) + 1, p_change_id, v_value, p_unit, p_reason, p_actor, v_now, v_ctx
      from trading.risk_config as c
     where c.account_id = v_account_id and c.bot_id = v_bot_id and c.name = p_name
    on conflict do nothing
    returning v.version into version;
    if not found then
        select * into strict v_old from trading.risk_config_versions as v where v.account_id = v_account_id and v.change_id = p_change_id;
        version := v_old.version;
        conflict_field := case
            when v_old.bot_id <> v_bot_id then 'bot_id'
            when v_old.name <> p_name then 'name'
            when v_old.value is distinct from v_value then 'value'
            when v_old.unit <> p_unit then 'unit'
            when v_old.reason <> p_reason then 'reason'
            when v_old.actor <> p_actor then 'actor'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    outcome := 'created';
    insert into trading.risk_config as c (account_id, bot_id, name, value, unit, version, updated_at)
    values (v_account_id, v_bot_id, p_name, v_value, p_unit, version, v_now)
    on conflict on constraint risk_config_pkey
        do update set value = excluded.value, unit = excluded.unit, version = excluded.version, updated_at = excluded.updated_at;
    perform audit._write('trading.set_threshold', 'threshold', p_name, p_account_id, outcome, null,
        jsonb_strip_nulls(jsonb_build_object('change_id', p_change_id, 'version', version, 'bot_id', p_bot_id, 'value', v_value::text, 'unit', p_unit,
                                             'reason', p_reason, 'actor', p_actor)), v_ctx);
    perform trading._emit_book(p_account_id, 'threshold_set',
        jsonb_strip_nulls(jsonb_build_object('change_id', p_change_id, 'version', version, 'bot_id', p_bot_id, 'name', p_name, 'value', v_value::text,
                                             'unit', p_unit, 'reason', p_reason, 'actor', p_actor)), v_ctx);
    return next;
end
$function$;

alter function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb) is 'Says what a threshold is for all trading (two nulls), an account or a bot, for the programs that watch them; a null value removes it. Every change is kept with its reason. created with the version, replayed, or conflict naming the field in which the change of that id differs; TB002 for an unknown bot.';

revoke execute on function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
grant execute on function trading.fn_set_threshold(p_change_id uuid, p_account_id uuid, p_bot_id uuid, p_name text, p_value numeric, p_unit text, p_reason text, p_actor text, p_ctx jsonb) to daybook_risk;
