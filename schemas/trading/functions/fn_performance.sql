-- daybook mirror: function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_performance(p_account_id uuid, p_run_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, snapshot_id uuid, since timestamp with time zone, as_of timestamp with time zone, run_id uuid, currency text, fills bigint, fees numeric, funding numeric, realized_net numeric, roundtrips bigint, won bigint, lost bigint, win_rate numeric, gross_profit numeric, gross_loss numeric, profit_factor numeric, first_at timestamp with time zone, last_at timestamp with time zone, points integer, equity_first numeric, equity_last numeric, flows numeric, pnl numeric, return_rate numeric, drawdown numeric, drawdown_rate numeric, complete boolean, missing text[], recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select s.account_id, s.snapshot_id, s.since, s.as_of, s.run_id, s.currency, s.fills, s.fees, s.funding, s.realized_net,
               s.roundtrips, s.won, s.lost, util.div18(s.won, nullif(s.roundtrips, 0)), s.gross_profit, s.gross_loss,
               util.div18(s.gross_profit, -nullif(s.gross_loss, 0)), s.first_at, s.last_at, s.points, s.equity_first, s.equity_last,
               s.flows, s.pnl, s.return_rate, s.drawdown, s.drawdown_rate,
               s.missing = '{}', s.missing, s.recorded_at
          from trading.performance_snapshots as s
         where s.account_id = p_account_id and (p_run_id is null or s.run_id = p_run_id)
         order by s.as_of desc, s.recorded_at desc, s.snapshot_id
         limit p_limit;
end
$function$;

alter function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) owner to daybook_api;

comment on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) is 'What trading.fn_record_performance() kept of an account, or of one of its runs, newest first, at most p_limit. win_rate is won by round trips, profit_factor gross profit by gross loss; each is null where there is nothing to divide by. The rest is as in trading.performance_snapshots.';

revoke execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) from public;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_agent;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_app;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_bot;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_manager;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_owner;
grant execute on function trading.fn_performance(p_account_id uuid, p_run_id uuid, p_limit integer) to daybook_risk;
