-- daybook mirror: function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid DEFAULT NULL::uuid, p_currencies text[] DEFAULT NULL::text[], p_rates numeric[] DEFAULT NULL::numeric[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, balance numeric, unrealized numeric, equity numeric, complete boolean, missing text[], conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_marks constant jsonb := trading._marks(p_instrument_ids, p_prices);
    v_rates constant jsonb := trading._rates(p_currencies, p_rates);
    v_terms record;
    v_old trading.equity_points;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_point_id', p_point_id);
    if p_as_of is null or not isfinite(p_as_of) then
        raise exception 'argument p_as_of is %', coalesce(p_as_of::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which the account is valued.';
    end if;

    select a.currency, r.run_id
      into v_terms
      from trading.accounts as a
      left join trading.runs as r on r.account_id = a.account_id and r.run_id = p_run_id
     where a.account_id = p_account_id;
    if v_terms.run_id is distinct from p_run_id then
        raise exception 'argument p_run_id is %, which is no run of account %', p_run_id, p_account_id
            using errcode = 'TB002', hint = 'Start the run first with trading.fn_start_run(), or pass null.';
    end if;

    select v.balance, v.unrealized, v.equity, v.missing
      into balance, unrealized, equity, missing
      from trading._value_account(p_account_id, v_marks, v_rates) as v;
    complete := missing = '{}';

    insert into trading.equity_points (
        account_id, point_id, as_of, run_id, currency, balance, unrealized, equity, complete, missing, marks, rates, ctx)
    values (
        p_account_id, p_point_id, p_as_of, p_run_id, v_terms.currency, balance, unrealized, equity, complete, missing, v_marks,
        v_rates, v_ctx)
    on conflict on constraint equity_points_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('trading.equity_recorded', p_account_id::text,
            jsonb_strip_nulls(jsonb_build_object(
                'point_id', p_point_id, 'as_of', p_as_of, 'run_id', p_run_id, 'currency', v_terms.currency,
                'balance', balance::text, 'unrealized', unrealized::text, 'equity', equity::text, 'complete', complete,
                'missing', missing)),
            p_as_of, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from trading.equity_points as e where e.account_id = p_account_id and e.point_id = p_point_id;
    balance := v_old.balance;
    unrealized := v_old.unrealized;
    equity := v_old.equity;
    complete := v_old.complete;
    missing := v_old.missing;
    conflict_field := case
        when v_old.as_of <> p_as_of then 'as_of'
        when v_old.run_id is distinct from p_run_id then 'run_id'
        when v_old.marks <> v_marks then 'prices'
        when v_old.rates <> v_rates then 'rates'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb) is 'Values the account, as its positions stand now, at the marks and rates (price of one unit of the currency in the account''s) given and keeps the point. missing names each open position without a mark (mark:<venue>/<symbol>/<kind>) and each currency without a rate (rate:<code>); then complete is false and the sums leave these out. A replay answers with the point as it was recorded.';

revoke execute on function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb) from public;
grant execute on function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_record_equity(p_account_id uuid, p_point_id uuid, p_as_of timestamp with time zone, p_instrument_ids uuid[], p_prices numeric[], p_run_id uuid, p_currencies text[], p_rates numeric[], p_ctx jsonb) to daybook_owner;
