-- daybook mirror: function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, snapshot_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_made trading.performance_snapshots;
    v_old trading.performance_snapshots;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_snapshot_id', p_snapshot_id);
    if p_since is null or p_as_of is null or not isfinite(p_since) or not isfinite(p_as_of) or p_since >= p_as_of then
        raise exception 'argument p_since is %, p_as_of is %', coalesce(p_since::text, 'null'), coalesce(p_as_of::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment from which on, and a later one before which, results count.';
    end if;
    if p_run_id is not null
       and not exists (select from trading.runs as r where r.account_id = p_account_id and r.run_id = p_run_id)
    then
        raise exception 'argument p_run_id is %, which is no run of the account', p_run_id
            using errcode = 'TB002', hint = 'Start it with trading.fn_start_run(), or leave it null.';
    end if;

    snapshot_id := p_snapshot_id;
    select * into v_old
      from trading.performance_snapshots as s
     where s.account_id = p_account_id and s.snapshot_id = p_snapshot_id;
    if not found then
        v_made := trading._performance(p_account_id, p_since, p_as_of);
        insert into trading.performance_snapshots (
            account_id, snapshot_id, since, as_of, run_id, currency, fills, fees, funding, realized_net, roundtrips, won, lost,
            gross_profit, gross_loss, first_at, last_at, points, equity_first, equity_last, flows, pnl, return_rate, drawdown, drawdown_rate,
            missing, ctx)
        values (
            p_account_id, p_snapshot_id, p_since, p_as_of, p_run_id, v_made.currency, v_made.fills, v_made.fees, v_made.funding,
            v_made.realized_net, v_made.roundtrips, v_made.won, v_made.lost, v_made.gross_profit, v_made.gross_loss,
            v_made.first_at, v_made.last_at, v_made.points, v_made.equity_first, v_made.equity_last, v_made.flows, v_made.pnl,
            v_made.return_rate, v_made.drawdown, v_made.drawdown_rate, v_made.missing, v_ctx)
        on conflict on constraint performance_snapshots_pkey do nothing;

        if found then
            outcome := 'created';
            perform bus.fn_emit_domain_event('trading.performance_recorded', p_account_id::text,
                jsonb_strip_nulls(jsonb_build_object(
                    'snapshot_id', p_snapshot_id, 'since', p_since, 'as_of', p_as_of, 'run_id', p_run_id,
                    'currency', v_made.currency, 'fills', v_made.fills, 'realized_net', v_made.realized_net::text,
                    'roundtrips', v_made.roundtrips, 'won', v_made.won, 'lost', v_made.lost, 'flows', v_made.flows::text,
                    'pnl', v_made.pnl::text, 'return_rate', v_made.return_rate::text, 'drawdown_rate', v_made.drawdown_rate::text,
                    'equity_first', v_made.equity_first::text, 'equity_last', v_made.equity_last::text,
                    'drawdown', v_made.drawdown::text, 'missing', v_made.missing)),
                p_as_of, null, p_account_id, v_ctx);
            return next;
            return;
        end if;

        select * into strict v_old
          from trading.performance_snapshots as s
         where s.account_id = p_account_id and s.snapshot_id = p_snapshot_id;
    end if;

    conflict_field := case
        when v_old.since <> p_since then 'since'
        when v_old.as_of <> p_as_of then 'as_of'
        when v_old.run_id is distinct from p_run_id then 'run_id'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb) is 'Works out how the account did from p_since on and before p_as_of, by what the book knows now, and keeps it. created; replayed, and what was kept stays whatever the book has learned since; conflict naming the field that differs. trading.fn_performance() reads. TB002 for an unknown run.';

revoke execute on function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb) from public;
grant execute on function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_record_performance(p_account_id uuid, p_snapshot_id uuid, p_since timestamp with time zone, p_as_of timestamp with time zone, p_run_id uuid, p_ctx jsonb) to daybook_owner;
