-- daybook mirror: function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_decisions(p_account_id uuid, p_kind text DEFAULT NULL::text, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, entry_id uuid, kind text, occurred_at timestamp with time zone, run_id uuid, content jsonb, recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_kind is null then
        return query
            select d.account_id, d.entry_id, d.kind, d.occurred_at, d.run_id, d.content, d.recorded_at
              from trading.decision_log as d
             where d.account_id = p_account_id
               and d.occurred_at >= coalesce(p_from, '-infinity')
               and d.occurred_at < coalesce(p_to, 'infinity')
             order by d.occurred_at desc, d.entry_id desc
             limit p_limit;
    else
        perform trading._require_choice('p_kind', p_kind, array['decision', 'error', 'state_transition', 'reconciliation']);
        return query
            select d.account_id, d.entry_id, d.kind, d.occurred_at, d.run_id, d.content, d.recorded_at
              from trading.decision_log as d
             where d.account_id = p_account_id
               and d.kind = p_kind
               and d.occurred_at >= coalesce(p_from, '-infinity')
               and d.occurred_at < coalesce(p_to, 'infinity')
             order by d.occurred_at desc, d.entry_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'What was recorded with trading.fn_record_decision(), newest first: of one kind or of all, from p_from on, before p_to, at most p_limit.';

revoke execute on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_executor;
grant execute on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_decisions(p_account_id uuid, p_kind text, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
