-- daybook mirror: function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, entry_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old trading.decision_log;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_entry_id', p_entry_id);
    perform trading._require_choice('p_kind', p_kind, array['decision', 'error', 'state_transition', 'reconciliation']);
    if p_content is null or jsonb_typeof(p_content) <> 'object' then
        raise exception 'argument p_content is %', coalesce(left(p_content::text, 40), 'null')
            using errcode = 'TB001', hint = 'Pass what there is to say as a JSON object.';
    end if;
    if p_occurred_at is null or not isfinite(p_occurred_at) then
        raise exception 'argument p_occurred_at is %', coalesce(p_occurred_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which it happened.';
    end if;
    if p_run_id is not null
       and not exists (select from trading.runs as r where r.account_id = p_account_id and r.run_id = p_run_id)
    then
        raise exception 'argument p_run_id is %, which is no run of the account', p_run_id
            using errcode = 'TB002', hint = 'Start it with trading.fn_start_run(), or leave it null.';
    end if;

    entry_id := p_entry_id;
    insert into trading.decision_log (account_id, entry_id, kind, occurred_at, run_id, content, ctx)
    values (p_account_id, p_entry_id, p_kind, p_occurred_at, p_run_id, p_content, v_ctx)
    on conflict on constraint decision_log_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.decision_recorded', p_account_id::text,
            jsonb_strip_nulls(jsonb_build_object(
                'entry_id', p_entry_id, 'kind', p_kind, 'occurred_at', p_occurred_at, 'run_id', p_run_id)),
            p_occurred_at, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from trading.decision_log as d
     where d.account_id = p_account_id and d.entry_id = p_entry_id;
    conflict_field := case
        when v_old.kind <> p_kind then 'kind'
        when v_old.content <> p_content then 'content'
        when v_old.occurred_at <> p_occurred_at then 'occurred_at'
        when v_old.run_id is distinct from p_run_id then 'run_id'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) is 'Records why something was done or what was met: a decision, an error, a state_transition or a reconciliation, with its content as a JSON object. created, replayed, or conflict naming the field that differs. TB002 for an unknown run.';

revoke execute on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) from public;
grant execute on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_bot;
grant execute on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_record_decision(p_account_id uuid, p_entry_id uuid, p_kind text, p_content jsonb, p_occurred_at timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_owner;
