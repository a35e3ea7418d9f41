-- daybook mirror: table market.ticker_latest

create table market.ticker_latest (
    instrument_id uuid not null,
    last_price double precision,
    last_time timestamp with time zone,
    last_stream text,
    last_id bigint,
    bid_price double precision,
    bid_quantity double precision,
    ask_price double precision,
    ask_quantity double precision,
    quote_time timestamp with time zone,
    quote_id bigint,
    updated_at timestamp with time zone default clock_timestamp() not null,
    constraint ticker_latest_pkey PRIMARY KEY (instrument_id),
    constraint ticker_latest_last_check CHECK ((num_nulls(last_price, last_time, last_stream, last_id) = ANY (ARRAY[0, 4]))),
    constraint ticker_latest_quote_check CHECK ((num_nulls(bid_price, bid_quantity, ask_price, ask_quantity, quote_time, quote_id) = ANY (ARRAY[0, 6])))
)
with (fillfactor=50);

alter table market.ticker_latest owner to daybook_owner;

comment on table market.ticker_latest is 'The latest price and quote of each instrument. Moved on by the closing of batches; a late row never moves it back.';
comment on column market.ticker_latest.instrument_id is 'The instrument (ref.instruments).';
comment on column market.ticker_latest.last_price is 'Price of the latest trade, or close of the latest candle, in the quote asset; null before the first one.';
comment on column market.ticker_latest.last_time is 'When that trade was, UTC; for a candle, its end.';
comment on column market.ticker_latest.last_stream is 'Where it is from: trades, agg_trades or klines.';
comment on column market.ticker_latest.last_id is 'Id of that trade; for a candle, its length in seconds. Decides between rows of one time and stream.';
comment on column market.ticker_latest.bid_price is 'Best bid in the quote asset; null before the first quote.';
comment on column market.ticker_latest.bid_quantity is 'Quantity bid at that price.';
comment on column market.ticker_latest.ask_price is 'Best ask in the quote asset; null before the first quote.';
comment on column market.ticker_latest.ask_quantity is 'Quantity asked at that price.';
comment on column market.ticker_latest.quote_time is 'When bid and ask were so, UTC.';
comment on column market.ticker_latest.quote_id is 'Update id of that quote. Decides between quotes of one time.';
comment on column market.ticker_latest.updated_at is 'When this row changed last.';

grant select, insert on market.ticker_latest to daybook_api;
grant select on market.ticker_latest to daybook_lab_reader;
grant update (last_price, last_time, last_stream, last_id, bid_price, bid_quantity, ask_price, ask_quantity, quote_time, quote_id, updated_at) on market.ticker_latest to daybook_api;
