-- The tables of cleaned market data beside candles. Rows arrive in batches (ingest.batches): each says which batch brought its
-- values, and what a batch replaced is in market.superseded. As with market.klines no foreign key leaves these tables, since the
-- instrument is checked once per batch. What grows by the tick is partitioned by month of its time, without a default partition.

create table market.price_klines (
    instrument_id uuid             not null,
    price         text             not null,
    interval_s    integer          not null,
    open_time     timestamptz      not null,
    open          double precision not null,
    high          double precision not null,
    low           double precision not null,
    close         double precision not null,
    batch_id      uuid             not null,
    constraint price_klines_pkey primary key (instrument_id, price, interval_s, open_time),
    constraint price_klines_price_check check (price in ('mark', 'index', 'premium', 'bid', 'ask'))
) partition by range (open_time);
comment on table market.price_klines is
    'Candles of prices that are stated rather than traded: mark price, index price and premium index of a contract, bid and ask of a dealer.';
comment on column market.price_klines.instrument_id is 'The contract (ref.instruments).';
comment on column market.price_klines.price is
    'mark, index, premium, bid or ask. All are prices in the quote asset but premium, a fraction of the index that may be negative.';
comment on column market.price_klines.interval_s is 'Length of the candle in seconds.';
comment on column market.price_klines.open_time is 'First moment the candle covers, UTC.';
comment on column market.price_klines.open is 'First value of the interval.';
comment on column market.price_klines.high is 'Highest value of the interval.';
comment on column market.price_klines.low is 'Lowest value of the interval.';
comment on column market.price_klines.close is 'Last value of the interval.';
comment on column market.price_klines.batch_id is 'The batch (ingest.batches) that brought these values.';

-- A trade is identified by its id alone; the same trade may be told with a time of other precision. Time stands first in the
-- key, because every reader and every merge names a range of it, and inside the range the ids are few.
create table market.trades (
    instrument_id  uuid             not null,
    trade_id       bigint           not null,
    trade_time     timestamptz      not null,
    price          double precision not null,
    quantity       double precision not null,
    quote_quantity double precision,
    buyer_is_maker boolean,
    batch_id       uuid             not null,
    constraint trades_pkey primary key (instrument_id, trade_time, trade_id)
) partition by range (trade_time);
comment on table market.trades is 'Single trades of an instrument, as its venue published them; the id is the identity within the instrument.';
comment on column market.trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.trades.trade_id is 'Number of the trade at its venue; without a hole when none is missing.';
comment on column market.trades.trade_time is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.trades.price is 'Price in the quote asset.';
comment on column market.trades.quantity is 'Quantity in the base asset, or in contracts where the venue counts those.';
comment on column market.trades.quote_quantity is 'Price times quantity as stated, in the quote asset (inverse: in the base asset); null when the source does not say.';
comment on column market.trades.buyer_is_maker is 'True when the seller took the buyer''s standing order; null when the source does not say.';
comment on column market.trades.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.agg_trades (
    instrument_id  uuid             not null,
    agg_trade_id   bigint           not null,
    trade_time     timestamptz      not null,
    price          double precision not null,
    quantity       double precision not null,
    first_trade_id bigint,
    last_trade_id  bigint,
    buyer_is_maker boolean,
    batch_id       uuid             not null,
    constraint agg_trades_pkey primary key (instrument_id, trade_time, agg_trade_id)
) partition by range (trade_time);
comment on table market.agg_trades is
    'Trades that filled one taker''s order at one price, added up by the venue; the id is the identity within the instrument.';
comment on column market.agg_trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.agg_trades.agg_trade_id is 'Number of the row at its venue; without a hole when none is missing.';
comment on column market.agg_trades.trade_time is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.agg_trades.price is 'Price in the quote asset.';
comment on column market.agg_trades.quantity is 'Sum of the trades, in the base asset, or in contracts where the venue counts those.';
comment on column market.agg_trades.first_trade_id is 'Id of the first single trade in it; null when the source does not say.';
comment on column market.agg_trades.last_trade_id is
    'Id of the last single trade in it; the next row begins with the id after it when none is missing. Null when the source does not say.';
comment on column market.agg_trades.buyer_is_maker is 'True when the seller took the buyer''s standing order; null when the source does not say.';
comment on column market.agg_trades.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.ticker_ticks (
    instrument_id    uuid             not null,
    update_id        bigint           not null,
    event_time       timestamptz      not null,
    transaction_time timestamptz,
    received_at      timestamptz,
    bid_price        double precision not null,
    bid_quantity     double precision not null,
    ask_price        double precision not null,
    ask_quantity     double precision not null,
    batch_id         uuid             not null,
    constraint ticker_ticks_pkey primary key (instrument_id, event_time, update_id)
) partition by range (event_time);
comment on table market.ticker_ticks is 'Changes of the best bid and ask; the update id is the identity within the instrument.';
comment on column market.ticker_ticks.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.ticker_ticks.update_id is
    'Number of the update at the venue; microseconds of event_time since 1970 where the venue states none, which are far above any such number.';
comment on column market.ticker_ticks.event_time is
    'When the venue says it happened, UTC; the moment of receipt, as in received_at, where the venue states no time.';
comment on column market.ticker_ticks.transaction_time is 'When the matching engine made the change; null when the source does not say.';
comment on column market.ticker_ticks.received_at is
    'When it was received, by the receiver''s clock, kept as it is even before event_time; null for what comes from an archive.';
comment on column market.ticker_ticks.bid_price is 'Best bid in the quote asset.';
comment on column market.ticker_ticks.bid_quantity is 'Quantity bid at that price, in the base asset or in contracts.';
comment on column market.ticker_ticks.ask_price is 'Best ask in the quote asset.';
comment on column market.ticker_ticks.ask_quantity is 'Quantity asked at that price, in the base asset or in contracts.';
comment on column market.ticker_ticks.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.orderbook_snapshots (
    instrument_id  uuid               not null,
    snapshot_time  timestamptz        not null,
    last_update_id bigint             not null,
    received_at    timestamptz,
    bids           double precision[] not null,
    asks           double precision[] not null,
    batch_id       uuid               not null,
    constraint orderbook_snapshots_pkey primary key (instrument_id, snapshot_time, last_update_id),
    constraint orderbook_snapshots_pairs_check check (cardinality(bids) % 2 = 0 and cardinality(asks) % 2 = 0)
) partition by range (snapshot_time);
comment on table market.orderbook_snapshots is 'An order book at moments: price and quantity of its levels on both sides.';
comment on column market.orderbook_snapshots.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.orderbook_snapshots.snapshot_time is
    'When the venue says the book was so, UTC; the moment of receipt, as in received_at, where the venue states no time.';
comment on column market.orderbook_snapshots.last_update_id is
    'Number of the last update in it; microseconds of snapshot_time since 1970 where the venue states none.';
comment on column market.orderbook_snapshots.received_at is 'When it was received, by the receiver''s clock; null for what comes from an archive.';
comment on column market.orderbook_snapshots.bids is
    'Price, quantity, price, quantity and so on from the best bid down; prices in the quote asset, quantities in the base asset or in contracts.';
comment on column market.orderbook_snapshots.asks is 'The same from the best ask up.';
comment on column market.orderbook_snapshots.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.book_depth (
    instrument_id uuid             not null,
    snapshot_time timestamptz      not null,
    percentage    double precision not null,
    depth         double precision not null,
    notional      double precision not null,
    batch_id      uuid             not null,
    constraint book_depth_pkey primary key (instrument_id, snapshot_time, percentage)
) partition by range (snapshot_time);
comment on table market.book_depth is 'How much an order book holds within bands around its price, as an archive publishes it every 30 seconds.';
comment on column market.book_depth.instrument_id is 'Whose book it is (ref.instruments).';
comment on column market.book_depth.snapshot_time is 'When the book was so, UTC.';
comment on column market.book_depth.percentage is 'Outer edge of the band in percent of the price: negative for bids, positive for asks.';
comment on column market.book_depth.depth is 'Quantity from the price to that edge, in the base asset or in contracts.';
comment on column market.book_depth.notional is 'What that quantity is worth, in the quote asset.';
comment on column market.book_depth.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.funding_rates (
    instrument_id  uuid             not null,
    funding_time   timestamptz      not null,
    raw_time       timestamptz      not null,
    rate           util.amount      not null,
    interval_hours integer,
    mark_price     double precision,
    batch_id       uuid             not null,
    constraint funding_rates_pkey primary key (instrument_id, funding_time),
    constraint funding_rates_interval_check check (interval_hours > 0)
);
comment on table market.funding_rates is
    'Funding rates of a contract as settled, one for each funding time. What a venue states in between is in market.funding_snapshots.';
comment on column market.funding_rates.instrument_id is 'The contract (ref.instruments).';
comment on column market.funding_rates.funding_time is 'The time of settlement on the grid of the funding interval, UTC.';
comment on column market.funding_rates.raw_time is 'The time as received; venues state it some milliseconds off the grid.';
comment on column market.funding_rates.rate is 'Rate of the interval as a fraction, exact: 0.0001 is one basis point; longs pay shorts when it is positive.';
comment on column market.funding_rates.interval_hours is 'Hours that the rate is for; null when the source does not say.';
comment on column market.funding_rates.mark_price is 'Mark price at settlement, in the quote asset; null when the source does not say.';
comment on column market.funding_rates.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.open_interest (
    instrument_id       uuid             not null,
    period_s            integer          not null,
    observed_at         timestamptz      not null,
    open_interest       double precision not null,
    open_interest_value double precision,
    batch_id            uuid             not null,
    constraint open_interest_pkey primary key (instrument_id, period_s, observed_at),
    constraint open_interest_period_check check (period_s > 0)
);
comment on table market.open_interest is 'Open interest of a contract at moments.';
comment on column market.open_interest.instrument_id is 'The contract (ref.instruments).';
comment on column market.open_interest.period_s is 'Seconds between one observation and the next, as the source states them or as it is asked.';
comment on column market.open_interest.observed_at is 'The moment of the observation, UTC.';
comment on column market.open_interest.open_interest is 'Open positions in the base asset, or in contracts where the venue counts those.';
comment on column market.open_interest.open_interest_value is 'What they are worth, in the quote asset; null when the source does not say.';
comment on column market.open_interest.batch_id is 'The batch (ingest.batches) that brought these values.';

-- The label is part of the key: when a source changes what its times stand for, one time names two periods.
create table market.metrics (
    instrument_id                    uuid             not null,
    label                            text             not null,
    metric_time                      timestamptz      not null,
    sum_open_interest                double precision,
    sum_open_interest_value          double precision,
    count_toptrader_long_short_ratio double precision,
    sum_toptrader_long_short_ratio   double precision,
    count_long_short_ratio           double precision,
    sum_taker_long_short_vol_ratio   double precision,
    batch_id                         uuid             not null,
    constraint metrics_pkey primary key (instrument_id, metric_time, label),
    constraint metrics_label_check check (label in ('start', 'end'))
);
comment on table market.metrics is 'What a venue publishes of the positions in a contract every five minutes (before 2023 every day). Other metrics are in market.metric_values.';
comment on column market.metrics.instrument_id is 'The contract (ref.instruments).';
comment on column market.metrics.label is 'What metric_time stands for: the start or the end of the period the values are of.';
comment on column market.metrics.metric_time is 'The time as the source labels it, UTC; read it together with label.';
comment on column market.metrics.sum_open_interest is 'Open interest in the base asset, or in contracts; null when the source does not say.';
comment on column market.metrics.sum_open_interest_value is 'Open interest in the quote asset; null when the source does not say.';
comment on column market.metrics.count_toptrader_long_short_ratio is 'Accounts of top traders that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.sum_toptrader_long_short_ratio is 'Positions of top traders that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.count_long_short_ratio is 'Accounts that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.sum_taker_long_short_vol_ratio is 'Volume that takers bought, for each that they sold; null when the source does not say.';
comment on column market.metrics.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.metric_values (
    instrument_id uuid             not null,
    name          text             not null,
    metric_time   timestamptz      not null,
    value         double precision not null,
    batch_id      uuid             not null,
    constraint metric_values_pkey primary key (instrument_id, name, metric_time),
    constraint metric_values_name_check check (name ~ '^[a-z][a-z0-9_.]{0,99}$')
);
comment on table market.metric_values is 'Further metrics of an instrument by name, one value a row: VPIN, a z-score of funding, whatever is computed elsewhere.';
comment on column market.metric_values.instrument_id is 'What it is a metric of (ref.instruments).';
comment on column market.metric_values.name is 'Lower-case name that says what is measured and how, with the unit when there is one: vpin_50.';
comment on column market.metric_values.metric_time is 'When the value was known: the end of what it was computed from, UTC.';
comment on column market.metric_values.value is 'The value, in the unit that the name implies.';
comment on column market.metric_values.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.macro_data (
    series      text             not null,
    observed_at timestamptz      not null,
    value       double precision not null,
    batch_id    uuid             not null,
    constraint macro_data_pkey primary key (series, observed_at),
    constraint macro_data_series_check check (series ~ '^[[:graph:]]{1,100}$')
);
comment on table market.macro_data is 'Economic series as their publisher states them; a later revision of a value supersedes the one before.';
comment on column market.macro_data.series is 'The publisher''s name of the series: DTWEXBGS, VIXCLS.';
comment on column market.macro_data.observed_at is 'What the value is of: the moment, or the start of the day or longer period, UTC.';
comment on column market.macro_data.value is 'The value, in the unit of the series.';
comment on column market.macro_data.batch_id is 'The batch (ingest.batches) that brought these values; when it came says when they were known.';

create table market.fear_greed (
    observed_at    timestamptz      not null,
    value          double precision not null,
    classification text,
    batch_id       uuid             not null,
    constraint fear_greed_pkey primary key (observed_at),
    constraint fear_greed_value_check check (value between 0 and 100)
);
comment on table market.fear_greed is 'The fear and greed index of the crypto market, one value a day.';
comment on column market.fear_greed.observed_at is 'Start of the day that the value is of, UTC.';
comment on column market.fear_greed.value is 'From 0, extreme fear, to 100, extreme greed.';
comment on column market.fear_greed.classification is 'The publisher''s word for the value; null when the source does not say.';
comment on column market.fear_greed.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.stablecoin_supply (
    asset        text             not null,
    observed_at  timestamptz      not null,
    supply       double precision not null,
    supply_ratio double precision,
    batch_id     uuid             not null,
    constraint stablecoin_supply_pkey primary key (asset, observed_at),
    constraint stablecoin_supply_asset_check check (asset ~ '^[[:graph:]]{1,100}$'),
    constraint stablecoin_supply_supply_check check (supply >= 0)
);
comment on table market.stablecoin_supply is 'How much of a stablecoin, or of all of them, is in circulation, one value a day.';
comment on column market.stablecoin_supply.asset is 'The stablecoin''s code, USDT; all for the sum over those the source counts.';
comment on column market.stablecoin_supply.observed_at is 'Start of the day that the values are of, UTC.';
comment on column market.stablecoin_supply.supply is 'Circulating supply in US dollars.';
comment on column market.stablecoin_supply.supply_ratio is 'Stablecoin supply ratio: market capitalisation of bitcoin over supply; null when the source does not say.';
comment on column market.stablecoin_supply.batch_id is 'The batch (ingest.batches) that brought these values.';

-- The regime and the walls belong to the options of an underlying, which need not be an instrument that is traded here.
create table market.gamma_exposure (
    underlying    text             not null,
    snapshot_time timestamptz      not null,
    spot_price    double precision,
    net_gamma     double precision not null,
    call_gamma    double precision,
    put_gamma     double precision,
    flip_price    double precision,
    call_wall     double precision,
    put_wall      double precision,
    regime        text,
    batch_id      uuid             not null,
    constraint gamma_exposure_pkey primary key (underlying, snapshot_time),
    constraint gamma_exposure_underlying_check check (underlying ~ '^[[:graph:]]{1,100}$'),
    constraint gamma_exposure_regime_check check (regime in ('positive', 'negative', 'neutral'))
);
comment on table market.gamma_exposure is 'Gamma exposure of option dealers in an underlying at moments, added up over strikes and expiries.';
comment on column market.gamma_exposure.underlying is 'What the options are on: BTC, SPX.';
comment on column market.gamma_exposure.snapshot_time is 'The moment of the snapshot, UTC.';
comment on column market.gamma_exposure.spot_price is 'Price of the underlying at that moment, in US dollars; null when the source does not say.';
comment on column market.gamma_exposure.net_gamma is 'Dollars that dealers have to trade for a move of one percent; positive when they sell into a rise.';
comment on column market.gamma_exposure.call_gamma is 'The part of calls; null when the source does not say.';
comment on column market.gamma_exposure.put_gamma is 'The part of puts, negative as a rule; null when the source does not say.';
comment on column market.gamma_exposure.flip_price is 'Price of the underlying at which net_gamma changes its sign; null when there is none or the source does not say.';
comment on column market.gamma_exposure.call_wall is 'Strike with the most gamma of calls; null when the source does not say.';
comment on column market.gamma_exposure.put_wall is 'Strike with the most gamma of puts; null when the source does not say.';
comment on column market.gamma_exposure.regime is 'positive, negative or neutral; null when the source does not say.';
comment on column market.gamma_exposure.batch_id is 'The batch (ingest.batches) that brought these values.';

create table market.gamma_exposure_strikes (
    underlying         text             not null,
    snapshot_time      timestamptz      not null,
    strike             double precision not null,
    net_gamma          double precision not null,
    call_gamma         double precision,
    put_gamma          double precision,
    call_open_interest double precision,
    put_open_interest  double precision,
    batch_id           uuid             not null,
    constraint gamma_exposure_strikes_pkey primary key (underlying, snapshot_time, strike),
    constraint gamma_exposure_strikes_underlying_check check (underlying ~ '^[[:graph:]]{1,100}$')
);
comment on table market.gamma_exposure_strikes is 'Gamma exposure strike by strike, over all expiries; the profile behind market.gamma_exposure.';
comment on column market.gamma_exposure_strikes.underlying is 'What the options are on: BTC, SPX.';
comment on column market.gamma_exposure_strikes.snapshot_time is 'The moment of the snapshot, UTC.';
comment on column market.gamma_exposure_strikes.strike is 'Strike price in US dollars.';
comment on column market.gamma_exposure_strikes.net_gamma is 'Dollars that dealers have to trade for a move of one percent, from the options of this strike.';
comment on column market.gamma_exposure_strikes.call_gamma is 'The part of calls; null when the source does not say.';
comment on column market.gamma_exposure_strikes.put_gamma is 'The part of puts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.call_open_interest is 'Open calls, in contracts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.put_open_interest is 'Open puts, in contracts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.batch_id is 'The batch (ingest.batches) that brought these values.';

-- A number of the venue identifies trades and updates. Sources state their time in seconds, milliseconds or microseconds: within a
-- second it is the same row.
insert into ingest.streams (stream, target, time_column, key_columns, value_columns, constants, interval_column, comment)
  values ('mark_klines', 'market.price_klines', 'open_time', '{instrument_id, price, interval_s, open_time}',
          '{open, high, low, close}', '{"price": "mark"}', 'interval_s', 'Candles of the mark price.'),
         ('index_klines', 'market.price_klines', 'open_time', '{instrument_id, price, interval_s, open_time}',
          '{open, high, low, close}', '{"price": "index"}', 'interval_s', 'Candles of the index price.'),
         ('premium_klines', 'market.price_klines', 'open_time', '{instrument_id, price, interval_s, open_time}',
          '{open, high, low, close}', '{"price": "premium"}', 'interval_s', 'Candles of the premium index.'),
         ('bid_klines', 'market.price_klines', 'open_time', '{instrument_id, price, interval_s, open_time}',
          '{open, high, low, close}', '{"price": "bid"}', 'interval_s', 'Candles of a dealer''s bid.'),
         ('ask_klines', 'market.price_klines', 'open_time', '{instrument_id, price, interval_s, open_time}',
          '{open, high, low, close}', '{"price": "ask"}', 'interval_s', 'Candles of a dealer''s ask.'),
         ('open_interest', 'market.open_interest', 'observed_at', '{instrument_id, period_s, observed_at}',
          '{open_interest, open_interest_value}', '{}', 'period_s', 'Open interest, by the period of its observations.');
insert into ingest.streams (stream, target, time_column, key_columns, value_columns, id_column, time_slack, comment)
  values ('trades', 'market.trades', 'trade_time', '{instrument_id, trade_id}',
          '{trade_time, price, quantity, quote_quantity, buyer_is_maker}', 'trade_id', '1 second', 'Single trades.'),
         ('agg_trades', 'market.agg_trades', 'trade_time', '{instrument_id, agg_trade_id}',
          '{trade_time, price, quantity, first_trade_id, last_trade_id, buyer_is_maker}', 'agg_trade_id', '1 second',
          'Trades as the venue adds them up.'),
         ('book_tickers', 'market.ticker_ticks', 'event_time', '{instrument_id, update_id}',
          '{event_time, transaction_time, received_at, bid_price, bid_quantity, ask_price, ask_quantity}', 'update_id', '1 second',
          'Changes of the best bid and ask.');
insert into ingest.streams (stream, target, time_column, key_columns, value_columns, comment)
  values ('book_depth', 'market.book_depth', 'snapshot_time', '{instrument_id, snapshot_time, percentage}', '{depth, notional}',
          'What a book holds within bands around the price.'),
         ('order_book', 'market.orderbook_snapshots', 'snapshot_time', '{instrument_id, snapshot_time, last_update_id}',
          '{received_at, bids, asks}', 'Order books with their levels.'),
         ('funding_rates', 'market.funding_rates', 'funding_time', '{instrument_id, funding_time}',
          '{raw_time, rate, interval_hours, mark_price}', 'Funding as it was settled.'),
         ('metrics', 'market.metrics', 'metric_time', '{instrument_id, metric_time, label}',
          '{sum_open_interest, sum_open_interest_value, count_toptrader_long_short_ratio, sum_toptrader_long_short_ratio,
            count_long_short_ratio, sum_taker_long_short_vol_ratio}', 'Open interest and long/short ratios of an archive.'),
         ('metric_values', 'market.metric_values', 'metric_time', '{instrument_id, name, metric_time}', '{value}',
          'Further figures about an instrument, by name.');
insert into ingest.streams (stream, target, time_column, key_columns, value_columns, has_instrument, comment)
  values ('macro', 'market.macro_data', 'observed_at', '{series, observed_at}', '{value}', false, 'Economic series.'),
         ('fear_greed', 'market.fear_greed', 'observed_at', '{observed_at}', '{value, classification}', false,
          'Index of fear and greed.'),
         ('stablecoin_supply', 'market.stablecoin_supply', 'observed_at', '{asset, observed_at}', '{supply, supply_ratio}', false,
          'Supply of stablecoins.'),
         ('gamma_exposure', 'market.gamma_exposure', 'snapshot_time', '{underlying, snapshot_time}',
          '{spot_price, net_gamma, call_gamma, put_gamma, flip_price, call_wall, put_wall, regime}', false,
          'Gamma exposure of options on an underlying.'),
         ('gamma_exposure_strikes', 'market.gamma_exposure_strikes', 'snapshot_time', '{underlying, snapshot_time, strike}',
          '{net_gamma, call_gamma, put_gamma, call_open_interest, put_open_interest}', false, 'Gamma exposure by strike.');
