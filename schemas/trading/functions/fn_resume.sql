-- daybook mirror: function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, halt_id uuid, resumed_at timestamp with time zone, halts_left bigint, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_halt trading.risk_state;
begin
    perform util.require_id('p_halt_id', p_halt_id);
    perform util.require_text('p_reason', p_reason, 1000);
    perform util.require_text('p_actor', p_actor);
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'manage');
    end if;

    halt_id := p_halt_id;
    update trading.risk_state as h
       set resumed_at = clock_timestamp(), resume_reason = p_reason, resume_actor = p_actor, resumed_by = session_user, resume_ctx = v_ctx
     where h.account_id = coalesce(p_account_id, c_all) and h.halt_id = p_halt_id and h.resumed_at is null
    returning h.* into v_halt;

    if found then
        outcome := 'created';
        perform audit._write('trading.resume', 'halt', p_halt_id::text, p_account_id, outcome, null,
            jsonb_build_object('scope', v_halt.scope, 'reason', p_reason, 'actor', p_actor), v_ctx);
        perform trading._emit_halt(p_account_id, 'resumed', p_halt_id, v_halt.bot_id, p_reason, p_actor, v_ctx);
    else
        select * into v_halt
          from trading.risk_state as h
         where h.account_id = coalesce(p_account_id, c_all) and h.halt_id = p_halt_id;
        if not found then
            raise exception 'argument p_halt_id is %, which is no halt of %', p_halt_id,
                    coalesce('account ' || p_account_id, 'all trading')
                using errcode = 'TB002', hint = 'trading.fn_risk_status() lists what is halted. Pass a null account for a halt of all trading.';
        end if;
        conflict_field := case
            when v_halt.resume_reason <> p_reason then 'reason'
            when v_halt.resume_actor <> p_actor then 'actor'
        end;
        outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    end if;

    resumed_at := v_halt.resumed_at;
    select count(*) into halts_left
      from trading.risk_state as h
     where h.halted and h.account_id in (v_halt.account_id, c_all) and (h.bot_id is null or h.bot_id = v_halt.bot_id);
    return next;
end
$function$;

alter function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb) is 'Ends one halt, with who and why; a null account for a halt of all trading. created, replayed, or conflict naming the field in which the resumption that ended it differs; TB002 for an unknown halt. halts_left counts the others that still stop what this one did: each ends by itself.';

revoke execute on function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
grant execute on function trading.fn_resume(p_account_id uuid, p_halt_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_risk;
