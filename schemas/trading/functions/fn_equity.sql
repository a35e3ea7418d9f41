-- daybook mirror: function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_equity(p_account_id uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, point_id uuid, as_of timestamp with time zone, run_id uuid, currency text, balance numeric, unrealized numeric, equity numeric, complete boolean, missing text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select e.account_id, e.point_id, e.as_of, e.run_id, e.currency, e.balance, e.unrealized, e.equity, e.complete, e.missing
          from trading.equity_points as e
         where e.account_id = p_account_id
           and e.as_of >= coalesce(p_from, '-infinity')
           and e.as_of < coalesce(p_to, 'infinity')
         order by e.as_of desc, e.recorded_at desc, e.point_id
         limit p_limit;
end
$function$;

alter function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) is 'Points of the equity curve of an account, newest first: from p_from on, before p_to, at most p_limit.';

revoke execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) from public;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_agent;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_app;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_executor;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_manager;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_owner;
grant execute on function trading.fn_equity(p_account_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_limit integer) to daybook_risk;
