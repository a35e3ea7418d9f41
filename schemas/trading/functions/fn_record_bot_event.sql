-- daybook mirror: function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, event_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx jsonb := util.ctx(p_ctx);
    v_data constant jsonb := coalesce(p_data, '{}');
    v_old trading.bot_events;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_event_id', p_event_id);
    perform util.require_text('p_kind', p_kind);
    perform trading._require_choice('p_level', p_level, array['debug', 'info', 'warning', 'error']);
    perform util.require_text('p_message', p_message, 2000);
    perform trading._require_bot_entry(p_account_id, p_bot_id, 'p_data', v_data, p_occurred_at);
    if v_ctx ? 'bot' then
        v_ctx := trading._fact_ctx(p_account_id, v_ctx);
    end if;

    event_id := p_event_id;
    insert into trading.bot_events (account_id, event_id, bot_id, kind, level, message, data, occurred_at, ctx)
    values (p_account_id, p_event_id, p_bot_id, p_kind, p_level, p_message, v_data, p_occurred_at, v_ctx)
    on conflict on constraint bot_events_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.bot_event_recorded', concat_ws('/', p_account_id, p_bot_id),
            jsonb_strip_nulls(jsonb_build_object(
                'event_id', p_event_id, 'bot_id', p_bot_id, 'kind', p_kind, 'level', p_level, 'message', p_message,
                'occurred_at', p_occurred_at)),
            p_occurred_at, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from trading.bot_events as e where e.account_id = p_account_id and e.event_id = p_event_id;
    conflict_field := case
        when v_old.bot_id is distinct from p_bot_id then 'bot_id'
        when v_old.kind <> p_kind then 'kind'
        when v_old.level <> p_level then 'level'
        when v_old.message <> p_message then 'message'
        when v_old.data <> v_data then 'data'
        when v_old.occurred_at <> p_occurred_at then 'occurred_at'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) is 'Keeps what happened to a bot, or with a null bot to an executor, with a level and data as a JSON object. created, replayed, or conflict naming the field that differs. Whoever speaks as a bot without its lease is recorded too, and flagged. TB002 for an unknown bot.';

revoke execute on function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_bot_event(p_account_id uuid, p_event_id uuid, p_bot_id uuid, p_kind text, p_level text, p_message text, p_data jsonb, p_occurred_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
