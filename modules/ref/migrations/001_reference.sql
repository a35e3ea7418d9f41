-- What every module must agree on: what is traded, where, and in which money. Small and read by all, so that a distributed
-- server can keep a full copy on each node; foreign keys of other modules may point here.

create schema if not exists ref;
comment on schema ref is 'Reference data known to every module: currencies, venues, instruments.';

create table ref.currencies (
    code          text        not null,
    name          text        not null,
    kind          text        not null,
    registered_at timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint currencies_pkey primary key (code),
    constraint currencies_code_form check (code ~ '^[A-Z0-9][A-Z0-9._-]{0,29}$'),
    constraint currencies_kind_known check (kind in ('fiat', 'crypto', 'stablecoin', 'commodity', 'index', 'other'))
);
comment on table ref.currencies is 'Everything that can be an instrument''s base, quote or settlement, or pay a fee.';
comment on column ref.currencies.code is 'Upper-case code as venues write it: USD, BTC, USDT.';
comment on column ref.currencies.kind is 'fiat, crypto, stablecoin, commodity, index or other.';

create table ref.venues (
    code          text        not null,
    name          text        not null,
    registered_at timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint venues_pkey primary key (code),
    constraint venues_code_form check (code ~ '^[a-z0-9_]{1,60}$')
);
comment on table ref.venues is 'Where trading happens: exchanges, brokers, and simulated ones.';
comment on column ref.venues.code is 'Lower-case name without spaces: binance, bitfinex, paper.';

create table ref.instruments (
    instrument_id uuid        not null,
    venue         text        not null,
    symbol        text        not null,
    kind          text        not null,
    base          text        not null,
    quote         text        not null,
    settle        text        not null,
    tick_size     util.amount,
    lot_size      util.amount,
    multiplier    util.amount not null default 1,
    version       bigint      not null default 1,
    registered_at timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint instruments_pkey primary key (instrument_id),
    constraint instruments_natural_key unique (venue, kind, symbol),
    constraint instruments_venue_fkey foreign key (venue) references ref.venues (code) on delete restrict,
    constraint instruments_base_fkey foreign key (base) references ref.currencies (code) on delete restrict,
    constraint instruments_quote_fkey foreign key (quote) references ref.currencies (code) on delete restrict,
    constraint instruments_settle_fkey foreign key (settle) references ref.currencies (code) on delete restrict,
    constraint instruments_symbol_form check (symbol ~ '^[^[:space:][:cntrl:]]{1,100}$'),
    constraint instruments_kind_known check (kind in ('spot', 'perp', 'inverse')),
    constraint instruments_settle_of_kind check (kind = 'perp' or settle = case kind when 'spot' then quote else base end),
    constraint instruments_tick_positive check (tick_size > 0),
    constraint instruments_lot_positive check (lot_size > 0),
    constraint instruments_multiplier_positive check (multiplier > 0),
    constraint instruments_version_positive check (version > 0)
);
comment on table ref.instruments is
    'What can be traded at a venue. Venue, kind and symbol are the natural identity; instrument_id is what other '
    'tables hold.';
comment on column ref.instruments.symbol is 'As the venue writes it: BTCUSDT, tBTCUSD.';
comment on column ref.instruments.kind is
    'spot; perp, whose quantity is in base units and which settles in quote or another currency; inverse, which is '
    'quoted in quote and settles in base.';
comment on column ref.instruments.settle is 'Currency of profit and loss: quote for spot, base for inverse.';
comment on column ref.instruments.tick_size is 'Prices are whole multiples of it; null when unknown.';
comment on column ref.instruments.lot_size is 'Quantities are whole multiples of it; null when unknown.';
comment on column ref.instruments.multiplier is
    'Units of base (inverse: of quote) that one unit of quantity stands for.';
comment on column ref.instruments.version is
    'Rises by one with every change of the row; it is the version of its events.';

create index instruments_symbol_idx on ref.instruments (symbol);
