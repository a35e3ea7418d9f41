-- What venues say of their instruments: trading or not, ticks and lots, since when they are listed.

create table market.listing_statements (
    statement_id uuid        not null,
    venue        text        not null,
    kind         text        not null,
    stated_at    timestamptz not null,
    sha256       bytea       not null,
    instruments  integer     not null,
    passed_over  integer     not null,
    changed      integer     not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    ctx          jsonb,
    constraint listing_statements_pkey primary key (statement_id),
    constraint listing_statements_kind_check check (kind in ('spot', 'perp', 'inverse')),
    constraint listing_statements_sha256_check check (octet_length(sha256) = 32)
);
comment on table market.listing_statements is 'Each list of instruments that a venue answered with, and what was new in it (market.listings).';
comment on column market.listing_statements.stated_at is 'The venue''s own time.';
comment on column market.listing_statements.sha256 is 'Hash of the list as it was understood.';
comment on column market.listing_statements.instruments is 'How many instruments of this kind it names.';
comment on column market.listing_statements.passed_over is 'How many entries are none: contracts that expire, currencies with names of another form.';
comment on column market.listing_statements.changed is 'How many instruments it says something else of than the list before.';
comment on column market.listing_statements.ctx is 'Session, actor and correlation of the sender.';

create table market.listings (
    instrument_id uuid        not null,
    stated_at     timestamptz not null,
    status        text        not null,
    trading       boolean     not null,
    tick_size     util.amount,
    lot_size      util.amount,
    min_notional  util.amount,
    multiplier    util.amount,
    listed_at     timestamptz,
    ends_at       timestamptz,
    statement_id  uuid        not null,
    constraint listings_pkey primary key (instrument_id, stated_at),
    constraint listings_instrument_id_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint listings_statement_id_fkey foreign key (statement_id) references market.listing_statements (statement_id) on delete restrict
);
comment on table market.listings is
    'What a venue said of an instrument, from stated_at until the next row. A list that says the same adds nothing.';
comment on column market.listings.stated_at is 'The venue''s own time when it said so first.';
comment on column market.listings.status is 'In the venue''s word: TRADING, BREAK, SETTLING; ABSENT when a list no longer names the instrument.';
comment on column market.listings.trading is 'Whether it can be traded in this status.';
comment on column market.listings.tick_size is 'Prices are whole multiples of it; null when the venue does not say.';
comment on column market.listings.lot_size is 'Quantities are whole multiples of it; null when the venue does not say.';
comment on column market.listings.min_notional is 'Least price times quantity of an order, in the quote asset; null when the venue does not say.';
comment on column market.listings.multiplier is 'Units of base (inverse: of quote) that one unit of quantity stands for; null when the venue does not say.';
comment on column market.listings.listed_at is 'When trading began; null when the venue does not say.';
comment on column market.listings.ends_at is 'When it ends or ended; null when no end is set.';
comment on column market.listings.statement_id is 'The list that said so first.';

select bus.fn_declare_event_type('market.listing_stated', 'market', 'listing', 'A venue says something else of an instrument than before.',
    '{"required": {"instrument_id": "uuid", "venue": "string", "symbol": "string", "stated_at": "timestamp", "status": "string", "trading": "boolean"},
      "optional": {"tick_size": "decimal", "lot_size": "decimal", "min_notional": "decimal", "multiplier": "decimal", "listed_at": "timestamp",
                   "ends_at": "timestamp"}}');
select bus.fn_declare_event_type('market.listings_recorded', 'market', 'listing_statement', 'A venue''s list of instruments was recorded.',
    '{"required": {"statement_id": "uuid", "venue": "string", "kind": "string", "stated_at": "timestamp", "instruments": "integer", "changed": "integer"}}');
