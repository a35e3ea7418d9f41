create or replace function trading.fn_performance(p_account_id uuid, p_run_id uuid default null, p_limit integer default 100)
returns table (account_id uuid, snapshot_id uuid, since timestamptz, as_of timestamptz, run_id uuid, currency text, fills bigint,
               fees numeric, funding numeric, realized_net numeric, roundtrips bigint, won bigint, lost bigint, win_rate numeric,
               gross_profit numeric, gross_loss numeric, profit_factor numeric, first_at timestamptz, last_at timestamptz, points integer,
               equity_first numeric, equity_last numeric, flows numeric, pnl numeric, return_rate numeric, drawdown numeric,
               drawdown_rate numeric, complete boolean, missing text[], recorded_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading.fn_performance(uuid, uuid, integer) is
    'What trading.fn_record_performance() kept of an account, or of one of its runs, newest first, at most p_limit. win_rate is won by round trips, profit_factor '
    'gross profit by gross loss; each is null where there is nothing to divide by. The rest is as in trading.performance_snapshots.';
