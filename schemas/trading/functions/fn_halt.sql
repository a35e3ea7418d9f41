-- daybook mirror: function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, halt_id uuid, since timestamp with time zone, halted boolean, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old trading.risk_state;
begin
    perform util.require_id('p_halt_id', p_halt_id);
    perform trading._require_choice('p_scope', p_scope, array['global', 'account', 'bot']);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    if (p_account_id is null) <> (p_scope = 'global') or (p_bot_id is null) = (p_scope = 'bot') or p_account_id = c_all then
        raise exception 'arguments p_account_id % and p_bot_id % do not fit the scope %',
                coalesce(p_account_id::text, 'null'), coalesce(p_bot_id::text, 'null'), p_scope
            using errcode = 'TB001', hint = 'A global halt names neither, a halt of an account the account, a halt of a bot both.';
    end if;
    if p_scope = 'global' then
        perform pg_advisory_xact_lock(hashtextextended('trading.risk_state', 0));
    else
        perform settings.require_account(p_account_id, 'manage');
        if p_scope = 'bot' and not exists (
            select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id)
        then
            perform trading._refuse_bot(p_account_id, p_bot_id);
        end if;
        perform pg_advisory_xact_lock(hashtextextended('trading.risk_state ' || p_account_id, 0));
    end if;

    halt_id := p_halt_id;
    insert into trading.risk_state as h (account_id, halt_id, bot_id, reason, actor, ctx)
    values (coalesce(p_account_id, c_all), p_halt_id, p_bot_id, p_reason, p_actor, v_ctx)
    on conflict on constraint risk_state_pkey do nothing
    returning h.since, h.halted into since, halted;

    if found then
        outcome := 'created';
        perform audit._write('trading.halt', 'halt', p_halt_id::text, p_account_id, outcome, null,
            jsonb_strip_nulls(jsonb_build_object('scope', p_scope, 'bot_id', p_bot_id, 'reason', p_reason, 'actor', p_actor)), v_ctx);
        perform trading._emit_halt(p_account_id, 'halted', p_halt_id, p_bot_id, p_reason, p_actor, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from trading.risk_state as h
     where h.account_id = coalesce(p_account_id, c_all) and h.halt_id = p_halt_id;
    since := v_old.since;
    halted := v_old.halted;
    conflict_field := case
        when v_old.bot_id is distinct from p_bot_id then 'bot_id'
        when v_old.reason <> p_reason then 'reason'
        when v_old.actor <> p_actor then 'actor'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) is 'Halts all trading (scope global), an account or a bot: once it is committed no order of it is submitted and no other terms are asked for, by whomever, until trading.fn_resume() ends this halt; cancels, acknowledgements and fills are recorded as ever. Waits for submissions under way. created, replayed with whether it is still in force, or conflict naming the field that differs. TB002 for an unknown bot.';

revoke execute on function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
grant execute on function trading.fn_halt(p_halt_id uuid, p_scope text, p_account_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_risk;
