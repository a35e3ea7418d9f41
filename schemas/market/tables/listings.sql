-- daybook mirror: table market.listings
-- needs: util/types/amount.sql

create table market.listings (
    instrument_id uuid not null,
    stated_at timestamp with time zone not null,
    status text not null,
    trading boolean not null,
    tick_size util.amount,
    lot_size util.amount,
    min_notional util.amount,
    multiplier util.amount,
    listed_at timestamp with time zone,
    ends_at timestamp with time zone,
    statement_id uuid not null,
    constraint listings_pkey PRIMARY KEY (instrument_id, stated_at)
);

alter table market.listings owner to daybook_owner;

comment on table market.listings is 'What a venue said of an instrument, from stated_at until the next row. A list that says the same adds nothing.';
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

grant select, insert on market.listings to daybook_api;
grant select on market.listings to daybook_lab_reader;

-- Once everything else exists:

alter table only market.listings add constraint listings_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only market.listings add constraint listings_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES market.listing_statements(statement_id) ON DELETE RESTRICT;
