-- What is kept beside the series: the latest prices, how fresh each source is, what bots want to hear of, and the trades of accounts
-- as their venue lists them.

-- One row an instrument, changed in place at every batch: room on the page keeps these changes off the index.
create table market.ticker_latest (
    instrument_id uuid             not null,
    last_price    double precision,
    last_time     timestamptz,
    last_stream   text,
    last_id       bigint,
    bid_price     double precision,
    bid_quantity  double precision,
    ask_price     double precision,
    ask_quantity  double precision,
    quote_time    timestamptz,
    quote_id      bigint,
    updated_at    timestamptz      not null default clock_timestamp(),
    constraint ticker_latest_pkey primary key (instrument_id),
    constraint ticker_latest_last_check
        check (num_nulls(last_price, last_time, last_stream, last_id) in (0, 4)),
    constraint ticker_latest_quote_check
        check (num_nulls(bid_price, bid_quantity, ask_price, ask_quantity, quote_time, quote_id) in (0, 6))
) with (fillfactor = 50);
comment on table market.ticker_latest is
    'The latest price and quote of each instrument. Moved on by the closing of batches; a late row never moves it back.';
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

create table ingest.source_freshness (
    source        text        not null,
    stream        text        not null,
    instrument_id uuid,
    interval_s    integer,
    newest_event  timestamptz,
    newest_ingest timestamptz,
    cadence_s     integer,
    cadence_set   boolean     not null default false,
    batch_id      uuid,
    errors        bigint      not null default 0,
    errors_in_row integer     not null default 0,
    last_error    text,
    last_error_at timestamptz,
    constraint source_freshness_key unique nulls not distinct (source, stream, instrument_id, interval_s),
    constraint source_freshness_instrument_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint source_freshness_interval_check check (interval_s > 0),
    constraint source_freshness_cadence_check check (cadence_s > 0),
    constraint source_freshness_errors_check check (errors >= errors_in_row and errors_in_row >= 0),
    constraint source_freshness_error_check
        check ((last_error is null) = (last_error_at is null) and (errors > 0) = (last_error is not null))
) with (fillfactor = 50);
create index source_freshness_instrument_idx on ingest.source_freshness (instrument_id);
comment on table ingest.source_freshness is
    'How fresh each series of each source is: one row per source, stream, instrument and interval. Kept by the closing of batches; what '
    'fails to arrive is told by market.fn_note_source_error().';
comment on column ingest.source_freshness.source is 'Who delivers it (ingest.batches.source).';
comment on column ingest.source_freshness.stream is 'Kind of data (ingest.batches.stream).';
comment on column ingest.source_freshness.instrument_id is 'The instrument; null for a series that has none.';
comment on column ingest.source_freshness.interval_s is 'Length of the rows in seconds; null for rows that have none.';
comment on column ingest.source_freshness.newest_event is 'Time of the newest row that ever came, UTC; null before the first one. Never moves back.';
comment on column ingest.source_freshness.newest_ingest is 'When a batch of it was last loaded; also one whose rows were all known.';
comment on column ingest.source_freshness.cadence_s is 'Seconds from one row to the next when all is well; null when unknown or irregular.';
comment on column ingest.source_freshness.cadence_set is 'True when somebody said so with market.fn_set_cadence(); otherwise it follows from the interval.';
comment on column ingest.source_freshness.batch_id is 'The batch that was loaded last.';
comment on column ingest.source_freshness.errors is 'Failures told so far.';
comment on column ingest.source_freshness.errors_in_row is 'Failures since the source answered last, with rows or by moving its cursor without any.';
comment on column ingest.source_freshness.last_error is 'What the last failure was; stays after the source has recovered.';
comment on column ingest.source_freshness.last_error_at is 'When it was told.';

create table ingest.source_errors (
    error_id      uuid        not null,
    source        text        not null,
    stream        text        not null,
    instrument_id uuid,
    interval_s    integer,
    error         text        not null,
    noted_at      timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint source_errors_pkey primary key (error_id)
);
create index source_errors_series_idx on ingest.source_errors (source, stream, instrument_id, interval_s, noted_at);
comment on table ingest.source_errors is 'Every failure of a source to deliver a series, as whoever asked it told, append-only.';
comment on column ingest.source_errors.error_id is 'Its identity, chosen by whoever told it.';
comment on column ingest.source_errors.source is 'Who should have delivered.';
comment on column ingest.source_errors.stream is 'Kind of data.';
comment on column ingest.source_errors.instrument_id is 'The instrument; null for a series that has none.';
comment on column ingest.source_errors.interval_s is 'Length of the rows in seconds; null for rows that have none.';
comment on column ingest.source_errors.error is 'What went wrong.';
comment on column ingest.source_errors.noted_at is 'When it was told.';
comment on column ingest.source_errors.ctx is 'Session, actor and correlation of whoever told it.';

create table market.symbol_subscriptions (
    account_id    uuid        not null,
    bot_id        uuid        not null,
    instrument_id uuid        not null,
    stream        text        not null,
    active        boolean     not null,
    version       bigint      not null default 1,
    changed_at    timestamptz not null default clock_timestamp(),
    changed_by    name        not null default session_user,
    ctx           jsonb,
    constraint symbol_subscriptions_pkey primary key (account_id, bot_id, instrument_id, stream),
    constraint symbol_subscriptions_instrument_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint symbol_subscriptions_version_positive check (version > 0)
);
create index symbol_subscriptions_wanted_idx on market.symbol_subscriptions (instrument_id, stream) where active;
comment on table market.symbol_subscriptions is
    'Which streams of which instruments a bot wants to be kept current. The bot is in the book, which may be on another server.';
comment on column market.symbol_subscriptions.account_id is 'Account of the bot.';
comment on column market.symbol_subscriptions.bot_id is 'The bot (trading.bot_configs).';
comment on column market.symbol_subscriptions.instrument_id is 'The instrument it wants to hear of.';
comment on column market.symbol_subscriptions.stream is 'Kind of data: klines, agg_trades, book_tickers and so on.';
comment on column market.symbol_subscriptions.active is 'False after it was ended.';
comment on column market.symbol_subscriptions.version is 'Rises by one with every change; it is the version of its events.';
comment on column market.symbol_subscriptions.changed_at is 'When it was made or ended last.';
comment on column market.symbol_subscriptions.changed_by is 'The role that did so.';
comment on column market.symbol_subscriptions.ctx is 'Session, actor and correlation of the last change.';

-- What the venue lists, which is not the book: fills are recorded in trading. Amounts are exact all the same.
create table market.account_trades (
    account_id        uuid        not null,
    instrument_id     uuid        not null,
    trade_id          bigint      not null,
    traded_at         timestamptz not null,
    exchange_order_id text,
    side              text        not null,
    price             util.amount not null,
    quantity          util.amount not null,
    quote_quantity    util.amount,
    fee               util.amount,
    fee_currency      text,
    is_maker          boolean,
    recorded_at       timestamptz not null default clock_timestamp(),
    ctx               jsonb,
    constraint account_trades_pkey primary key (account_id, instrument_id, trade_id),
    constraint account_trades_instrument_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint account_trades_side_known check (side in ('buy', 'sell')),
    constraint account_trades_positive check (price > 0 and quantity > 0),
    constraint account_trades_fee_has_currency check ((fee is null) = (fee_currency is null))
);
create index account_trades_time_idx on market.account_trades (account_id, traded_at);
create index account_trades_instrument_idx on market.account_trades (instrument_id);
comment on table market.account_trades is
    'The trade history of accounts as their venue lists it, append-only. It is evidence beside the book: what the book holds is in trading.fills.';
comment on column market.account_trades.account_id is 'Whose trade it was; the account is in the book, which may be on another server.';
comment on column market.account_trades.instrument_id is 'What was traded (ref.instruments).';
comment on column market.account_trades.trade_id is 'The venue''s number of the trade.';
comment on column market.account_trades.traded_at is 'When it was executed, by the venue''s clock, UTC.';
comment on column market.account_trades.exchange_order_id is 'The venue''s number of the order; null when the source does not say.';
comment on column market.account_trades.side is 'buy or sell, of the account.';
comment on column market.account_trades.price is 'Price in the quote asset.';
comment on column market.account_trades.quantity is 'Quantity in the base asset, or in contracts where the venue counts those.';
comment on column market.account_trades.quote_quantity is 'What it came to in the quote asset, as stated; null when the source does not say.';
comment on column market.account_trades.fee is 'Commission, positive when paid; null when the source does not say.';
comment on column market.account_trades.fee_currency is 'What the commission was paid in.';
comment on column market.account_trades.is_maker is 'True when the account''s order was standing in the book; null when the source does not say.';
comment on column market.account_trades.recorded_at is 'When it was recorded here.';
comment on column market.account_trades.ctx is 'Session, actor and correlation of whoever recorded it.';

select bus.fn_declare_event_type('market.source_failed', 'market', 'series', 'A source failed to deliver a series.',
    '{"required": {"error_id": "uuid", "source": "string", "stream": "string", "error": "string", "errors_in_row": "integer"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer"}}');
select bus.fn_declare_event_type('market.cadence_set', 'market', 'series', 'It was said how often rows of a series are to come.',
    '{"required": {"source": "string", "stream": "string"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer", "cadence_s": "integer"}}');
select bus.fn_declare_event_type('market.subscription_changed', 'market', 'subscription', 'A bot subscribed to a stream of an instrument, or ended that.',
    '{"required": {"account_id": "uuid", "bot_id": "uuid", "instrument_id": "uuid", "stream": "string", "active": "boolean"}}');
select bus.fn_declare_event_type('market.account_trades_recorded', 'market', 'account_trades',
    'Trades of an account were recorded as its venue lists them.',
    '{"required": {"account_id": "uuid", "instrument_id": "uuid", "recorded": "integer", "first_trade_id": "integer", "last_trade_id": "integer",
                   "first_time": "timestamp", "last_time": "timestamp"}}');

create table market.corrections (
    correction_id     uuid        not null,
    stream            text        not null,
    instrument_id     uuid,
    interval_s        integer,
    key               jsonb       not null,
    row_time          timestamptz not null,
    new_values        jsonb       not null,
    reason            text        not null,
    corrected_at      timestamptz not null default clock_timestamp(),
    corrected_by      name        not null default session_user,
    ctx               jsonb,
    withdrawn_at      timestamptz,
    withdrawn_by      name,
    withdrawal_reason text,
    restored_by       uuid,
    constraint corrections_pkey primary key (correction_id),
    constraint corrections_correction_id_fkey foreign key (correction_id) references ingest.batches (batch_id) on delete restrict,
    constraint corrections_restored_by_fkey foreign key (restored_by) references ingest.batches (batch_id) on delete restrict,
    constraint corrections_withdrawn_whole_check
        check (num_nulls(withdrawn_at, withdrawn_by, withdrawal_reason) in (0, 3) and (restored_by is null or withdrawn_at is not null))
);
create index corrections_series_idx on market.corrections (stream, instrument_id, interval_s, row_time);
comment on table market.corrections is
    'Rows of cleaned data that somebody corrected, and why. A correction is a batch of the source correction with one row; it stands above everything '
    'that is received until it is withdrawn. What was received is not touched.';
comment on column market.corrections.correction_id is 'Its identity, chosen by whoever corrected; also its batch (ingest.batches).';
comment on column market.corrections.stream is 'Stream of the row (ingest.streams).';
comment on column market.corrections.instrument_id is 'The instrument; null for a stream that has none.';
comment on column market.corrections.interval_s is 'Length of the row in seconds; null for a stream whose rows have none.';
comment on column market.corrections.key is 'Which row it is: its key columns and its time, those of the series left out.';
comment on column market.corrections.row_time is 'The moment the row speaks of.';
comment on column market.corrections.new_values is 'The columns that were corrected, with the values they were given.';
comment on column market.corrections.reason is 'Why.';
comment on column market.corrections.corrected_at is 'When.';
comment on column market.corrections.corrected_by is 'The role that did so.';
comment on column market.corrections.ctx is 'Session, actor and correlation of whoever did so.';
comment on column market.corrections.withdrawn_at is 'When it was withdrawn; null while it is in force.';
comment on column market.corrections.withdrawn_by is 'The role that withdrew it.';
comment on column market.corrections.withdrawal_reason is 'Why it was withdrawn.';
comment on column market.corrections.restored_by is
    'The batch that put back what was received; null while the correction is in force, and where another correction of the row stood.';

select bus.fn_declare_event_type('market.row_corrected', 'market', 'correction', 'A row of cleaned data was corrected.',
    '{"required": {"correction_id": "uuid", "stream": "string", "row_time": "timestamp", "reason": "string"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer"}}');
select bus.fn_declare_event_type('market.correction_withdrawn', 'market', 'correction',
    'A correction is no longer in force; the row says again what was received, unless another correction of it stands.',
    '{"required": {"correction_id": "uuid", "stream": "string", "row_time": "timestamp", "restored": "boolean", "reason": "string"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer"}}');
