-- daybook mirror: function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, bot_id uuid, fence bigint, holder text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_lease trading.bot_leases;
    v_old trading.fence_increments;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_change_id', p_change_id);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    v_lease := trading._lock_lease(p_account_id, p_bot_id);

    bot_id := p_bot_id;
    insert into trading.fence_increments as i (account_id, change_id, bot_id, fence, holder, reason, actor, ctx)
    values (p_account_id, p_change_id, p_bot_id, trading._next_token(), v_lease.holder, p_reason, p_actor, v_ctx)
    on conflict do nothing
    returning i.fence into fence;
    if not found then
        select * into strict v_old from trading.fence_increments as i where i.account_id = p_account_id and i.change_id = p_change_id;
        conflict_field := case
            when v_old.bot_id <> p_bot_id then 'bot_id'
            when v_old.reason <> p_reason then 'reason'
            when v_old.actor <> p_actor then 'actor'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
        bot_id := v_old.bot_id;
        fence := v_old.fence;
        holder := v_old.holder;
        return next;
        return;
    end if;

    outcome := 'created';
    holder := v_lease.holder;
    perform trading._raise_fence(p_account_id, p_bot_id, fence, v_lease.deploy_id);
    perform audit._write('trading.increment_fence', 'bot', p_bot_id::text, p_account_id, outcome, null,
        jsonb_strip_nulls(jsonb_build_object('change_id', p_change_id, 'fence', fence, 'holder', holder, 'reason', p_reason, 'actor', p_actor)), v_ctx);
    perform bus.fn_emit_domain_event('trading.fence_incremented', p_bot_id::text,
        jsonb_build_object('bot_id', p_bot_id, 'fence', fence, 'reason', p_reason, 'actor', p_actor), null, null, p_account_id, v_ctx);
    return next;
end
$function$;

alter function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) is 'Fences off whoever holds the lease of the bot, without giving it to another: once it is committed nothing is asked for with a token that was given before, and any process may acquire the lease that might before. Waits for submissions under way. created with the fence, below which no token counts, and who was the last to hold the lease; replayed; conflict naming the field that differs. TB002 for an unknown bot.';

revoke execute on function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_increment_fence(p_account_id uuid, p_bot_id uuid, p_change_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
