-- daybook mirror: function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text DEFAULT NULL::text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, command_id uuid, status text, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_bot_id constant uuid := v_ctx ->> 'bot';
    v_now timestamptz;
    v_command trading.bot_commands;
    v_old trading.bot_command_steps;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_command_id', p_command_id);
    perform trading._require_choice('p_status', p_status, array['acknowledged', 'done', 'failed']);
    perform util.require_text('p_by', p_by);
    perform util.require_text('p_detail', p_detail, 2000, false);
    if v_bot_id is not null then
        perform trading._enter_bot(p_account_id, v_bot_id);
    end if;
    select * into v_command
      from trading.bot_commands as c
     where c.account_id = p_account_id and c.command_id = p_command_id
       for no key update;
    if not found or v_command.bot_id <> v_bot_id then
        raise exception 'argument p_command_id is %, which is no command to %', p_command_id,
                case when v_bot_id is null then format('a bot of account %s', p_account_id) else format('bot %s', v_bot_id) end
            using errcode = 'TB002', hint = 'trading.fn_commands() lists them.';
    end if;

    command_id := p_command_id;
    status := v_command.status;
    select * into v_old
      from trading.bot_command_steps as s
     where s.account_id = p_account_id and s.command_id = p_command_id and s.status = p_status;
    if found then
        conflict_field := case when v_old.taken_by <> p_by then 'by' when v_old.detail is distinct from p_detail then 'detail' end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        return next;
        return;
    end if;

    v_now := clock_timestamp();
    select s.code, s.detail into refusal_code, refusal_detail from trading._stopped(p_account_id, v_ctx, false) as s;
    if refusal_code is null and status in ('done', 'failed') then
        refusal_code := 'finished';
        refusal_detail := format('the command is %s', status);
    elsif refusal_code is null and status = 'pending' and v_command.expires_at <= v_now then
        refusal_code := 'expired';
        refusal_detail := format('nobody acknowledged the command until %s',
                                 to_char(v_command.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
    end if;

    outcome := case when refusal_code is null then 'created' else 'refused' end;
    status := case when refusal_code is null then p_status else status end;
    update trading.bot_commands as c
       set status = fn_acknowledge_command.status, version = c.version + 1
     where c.account_id = p_account_id and c.command_id = p_command_id
    returning c.version into strict v_command.version;
    if refusal_code is null then
        insert into trading.bot_command_steps (account_id, command_id, status, taken_by, detail, recorded_at, ctx)
        values (p_account_id, p_command_id, p_status, p_by, p_detail, v_now, v_ctx);
    end if;
    perform audit._write('trading.acknowledge_command', 'command', p_command_id::text, p_account_id, outcome, refusal_code,
        jsonb_strip_nulls(jsonb_build_object('kind', v_command.kind, 'bot_id', v_command.bot_id, 'status', p_status, 'actor', p_by,
                                             'detail', coalesce(refusal_detail, p_detail))), v_ctx);
    perform bus._emit_versioned(case when refusal_code is null then 'trading.command_' || p_status else 'trading.command_step_refused' end,
        p_command_id::text, v_command.version,
        jsonb_strip_nulls(jsonb_build_object(
            'command_id', p_command_id, 'bot_id', v_command.bot_id, 'kind', v_command.kind, 'taken_by', p_by, 'detail', p_detail,
            'status', case when refusal_code is not null then p_status end, 'refusal_code', refusal_code, 'refusal_detail', refusal_detail)),
        v_now, null, p_account_id, v_ctx);
    return next;
end
$function$;

alter function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) is 'The bot, or its executor, says how far a command is: acknowledged, done or failed, each once. created; replayed; conflict when it was said otherwise; refused with fenced for who speaks as the bot without its lease, with expired when it was not acknowledged in time, with finished when it is done or failed already. Once acknowledged it expires no more. TB002 for an unknown command.';

revoke execute on function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) from public;
grant execute on function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_acknowledge_command(p_account_id uuid, p_command_id uuid, p_status text, p_by text, p_detail text, p_ctx jsonb) to daybook_owner;
