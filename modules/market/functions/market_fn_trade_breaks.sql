create or replace function market.fn_trade_breaks(
    p_instrument_id uuid,
    p_from          timestamptz default null,
    p_to            timestamptz default null)
returns table (agg_trade_id bigint, trade_time timestamptz, trade_id_before bigint, first_trade_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
as $$
    select q.agg_trade_id, q.trade_time, q.last_before, q.first_trade_id
      from (select t.agg_trade_id, t.trade_time, t.first_trade_id,
                   lag(t.agg_trade_id) over by_id as id_before, lag(t.last_trade_id) over by_id as last_before
              from market.agg_trades t
             where t.instrument_id = p_instrument_id
               and t.trade_time >= coalesce(p_from, '-infinity') and t.trade_time < coalesce(p_to, 'infinity')
            window by_id as (order by t.agg_trade_id)) q
     where q.agg_trade_id = q.id_before + 1 and q.first_trade_id <> q.last_before + 1
     order by q.agg_trade_id
$$;
comment on function market.fn_trade_breaks(uuid, timestamptz, timestamptz) is
    'Aggregated trades that follow the one before by their own id while the single trades in them do not: the venue left out or repeated '
    'trades, which asking again does not mend. Rows from p_from (included) to p_to (excluded).';
