-- daybook mirror: function settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb)
 RETURNS TABLE(outcome text, version bigint, conflict_field text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_now constant timestamptz := clock_timestamp();
    v_old settings.app_settings_history;
    v_version bigint;
begin
    -- Serialises the changes of one key, including the first one, when there is no row to lock yet.
    perform pg_advisory_xact_lock(hashtextextended('settings.app_settings ' || p_key, 0));
    select s.version + 1 into v_version from settings.app_settings as s where s.key = p_key;

    -- Without a named constraint: a transaction that began before it waited for the lock numbers this change like the one it
    -- waited for, and is then told so by a serialization failure and not by a duplicate key.
    insert into settings.app_settings_history as h (key, version, change_id, value, reason, restored_from, changed_at, ctx)
    values (p_key, coalesce(v_version, 1), p_change_id, p_value, p_reason, p_restored_from, v_now, p_ctx)
    on conflict do nothing
    returning h.version into v_version;

    if not found then
        select * into strict v_old from settings.app_settings_history as h where h.change_id = p_change_id;
        conflict_field := case
            when v_old.key <> p_key then 'key'
            when v_old.restored_from is distinct from p_restored_from then 'to_version'
            when v_old.value <> p_value then 'value'
            when v_old.reason <> p_reason then 'reason'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        version := v_old.version;
        return next;
        return;
    end if;

    insert into settings.app_settings as s (key, value, version, updated_at, ctx)
    values (p_key, p_value, v_version, v_now, p_ctx)
    on conflict on constraint app_settings_pkey
        do update set value = excluded.value, version = excluded.version, updated_at = excluded.updated_at, ctx = excluded.ctx;

    perform audit._write('settings.change', 'setting', p_key, null, 'created', null,
        jsonb_build_object('change_id', p_change_id, 'version', v_version, 'reason', p_reason), p_ctx);
    perform bus._emit_versioned('settings.changed', p_key, v_version,
        jsonb_build_object('key', p_key, 'version', v_version, 'value', p_value, 'change_id', p_change_id, 'reason', p_reason)
            || case when p_restored_from is null then '{}' else jsonb_build_object('restored_from', p_restored_from) end,
        v_now, null, null, p_ctx);

    outcome := 'created';
    version := v_version;
    return next;
end
$function$;

alter function settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb) owner to daybook_api;

comment on function settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb) is 'Records one change of a setting under its change_id and makes it current, or answers for the change that already has that id.';

revoke execute on function settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb) from public;
grant execute on function settings._change(p_change_id uuid, p_key text, p_value jsonb, p_reason text, p_restored_from bigint, p_ctx jsonb) to daybook_owner;
