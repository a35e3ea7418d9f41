-- daybook mirror: function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, command_id uuid, status text, expires_at timestamp with time zone, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_arguments constant jsonb := coalesce(p_arguments, '{}');
    v_now constant timestamptz := clock_timestamp();
    v_old record;
begin
    perform settings.require_account(p_account_id, 'manage');
    perform util.require_id('p_command_id', p_command_id);
    perform trading._require_choice('p_kind', p_kind, array['flatten', 'pause', 'resume', 'reconcile', 'stop']);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    if jsonb_typeof(v_arguments) <> 'object' then
        raise exception 'argument p_arguments is %', left(v_arguments::text, 40)
            using errcode = 'TB001', hint = 'Pass the arguments as a JSON object, or null for none.';
    end if;
    if not exists (select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id) then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;

    command_id := p_command_id;
    insert into trading.bot_commands as c (account_id, command_id, bot_id, kind, arguments, reason, actor, issued_at, expires_at, ctx)
    values (p_account_id, p_command_id, p_bot_id, p_kind, v_arguments, p_reason, p_actor, v_now,
            v_now + trading._require_ttl(p_ttl, '1 millisecond'), v_ctx)
    on conflict on constraint bot_commands_pkey do nothing
    returning c.status, c.expires_at into status, expires_at;

    if found then
        outcome := 'created';
        perform audit._write('trading.command_bot', 'command', p_command_id::text, p_account_id, outcome, null,
            jsonb_build_object('kind', p_kind, 'bot_id', p_bot_id, 'arguments', v_arguments, 'reason', p_reason, 'actor', p_actor), v_ctx);
        perform bus._emit_versioned('trading.bot_commanded', p_command_id::text, 1,
            jsonb_build_object('command_id', p_command_id, 'bot_id', p_bot_id, 'kind', p_kind, 'arguments', v_arguments,
                               'reason', p_reason, 'actor', p_actor, 'expires_at', expires_at),
            v_now, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select c.* into strict v_old from trading.v_bot_commands as c where c.account_id = p_account_id and c.command_id = p_command_id;
    status := v_old.status;
    expires_at := v_old.expires_at;
    conflict_field := case
        when v_old.bot_id <> p_bot_id then 'bot_id'
        when v_old.kind <> p_kind then 'kind'
        when v_old.arguments <> v_arguments then 'arguments'
        when v_old.reason <> p_reason then 'reason'
        when v_old.actor <> p_actor then 'actor'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) is 'Tells a bot, or the executor that serves it, to flatten, pause, resume, reconcile or stop, with who and why. It stops no order: trading.fn_halt() does. Who has not acknowledged it within p_ttl, by the clock of the database, shall not obey it. created, replayed with how far it is, or conflict naming the field that differs; TB002 for an unknown bot.';

revoke execute on function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
grant execute on function trading.fn_command_bot(p_account_id uuid, p_command_id uuid, p_bot_id uuid, p_kind text, p_arguments jsonb, p_ttl interval, p_reason text, p_actor text, p_ctx jsonb) to daybook_risk;
