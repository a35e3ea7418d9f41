-- daybook mirror: function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone)

CREATE OR REPLACE FUNCTION trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone DEFAULT NULL::timestamp with time zone, p_as_of timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(account_id uuid, currency text, fills bigint, fees numeric, funding numeric, realized_net numeric, roundtrips bigint, won bigint, lost bigint, gross_profit numeric, gross_loss numeric, first_at timestamp with time zone, last_at timestamp with time zone, points integer, equity_first numeric, equity_last numeric, flows numeric, pnl numeric, return_rate numeric, drawdown numeric, drawdown_rate numeric, complete boolean, missing text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_made trading.performance_snapshots;
begin
    perform settings.require_account(p_account_id, 'read');
    if p_since >= coalesce(p_as_of, 'infinity') then
        raise exception 'argument p_since is %, p_as_of is %', p_since, coalesce(p_as_of::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment from which on, and a later one before which, results count.';
    end if;

    v_made := trading._performance(p_account_id, p_since, coalesce(p_as_of, 'infinity'));
    return query
        select p_account_id, v_made.currency, v_made.fills, v_made.fees, v_made.funding, v_made.realized_net, v_made.roundtrips,
               v_made.won, v_made.lost, v_made.gross_profit, v_made.gross_loss, v_made.first_at, v_made.last_at, v_made.points,
               v_made.equity_first, v_made.equity_last, v_made.flows, v_made.pnl, v_made.return_rate, v_made.drawdown,
               v_made.drawdown_rate, v_made.missing = '{}', v_made.missing;
end
$function$;

alter function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) owner to daybook_api;

comment on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) is 'How an account did from p_since on (null: from the beginning) and before p_as_of (null: to the end), by what the book knows now: one row, of which nothing is kept. Columns as in trading.performance_snapshots.';

revoke execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) from public;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_agent;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_app;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_bot;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_manager;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_owner;
grant execute on function trading.fn_measure_performance(p_account_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone) to daybook_risk;
