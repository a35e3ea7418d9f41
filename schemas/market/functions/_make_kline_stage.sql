-- daybook mirror: function market._make_kline_stage(p_reader name)

CREATE OR REPLACE FUNCTION market._make_kline_stage(p_reader name)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if to_regclass('pg_temp.kline_stage') is not null then
        perform market._require_kline_stage();
        if exists (select from ingest.batches b where b.verdict = 'open' and b.target = 'pg_temp.kline_stage') then
            raise exception 'pg_temp.kline_stage is in use by another batch of this transaction'
                using errcode = 'TB004', hint = 'Close the batch that was opened before.';
        end if;
        drop table pg_temp.kline_stage;
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
    execute format('grant select, delete on pg_temp.kline_stage to %I', p_reader);
    execute format('grant insert on pg_temp.kline_stage to %I', session_user);
end
$function$;

alter function market._make_kline_stage(p_reader name) owner to daybook_owner;

comment on function market._make_kline_stage(p_reader name) is 'Makes the temporary table that takes rows to be merged; it goes away with the transaction, or when the next batch of the same transaction needs one. TB004 when the name is taken.';

revoke execute on function market._make_kline_stage(p_reader name) from public;
grant execute on function market._make_kline_stage(p_reader name) to daybook_api;
