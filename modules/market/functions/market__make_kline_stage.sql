create or replace function market._make_kline_stage()
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if to_regclass('pg_temp.kline_stage') is not null then
    raise exception 'pg_temp.kline_stage exists already'
      using errcode = 'TB004',
            hint = 'Close the batch opened before in this transaction, or drop the object of that name.';
  end if;
  create temporary table kline_stage (
    instrument_id          uuid             not null,
    interval_s             integer          not null,
    open_time              timestamptz      not null,
    open                   double precision not null,
    high                   double precision not null,
    low                    double precision not null,
    close                  double precision not null,
    volume                 double precision not null,
    quote_volume           double precision,
    trade_count            bigint,
    taker_buy_volume       double precision,
    taker_buy_quote_volume double precision,
    batch_id               uuid             not null,
    line                   bigint           not null
  ) on commit drop;
  execute format('grant insert on pg_temp.kline_stage to %I', session_user);
end
$$;
comment on function market._make_kline_stage() is
  'Makes the temporary table that takes rows to be merged; it goes away with the transaction. TB004 when the name is taken.';
