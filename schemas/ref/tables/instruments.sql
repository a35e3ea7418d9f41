-- daybook mirror: table ref.instruments
-- needs: util/types/amount.sql

create table ref.instruments (
    instrument_id uuid not null,
    venue text not null,
    symbol text not null,
    kind text not null,
    base text not null,
    quote text not null,
    settle text not null,
    tick_size util.amount,
    lot_size util.amount,
    multiplier util.amount default 1 not null,
    version bigint default 1 not null,
    registered_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint instruments_pkey PRIMARY KEY (instrument_id),
    constraint instruments_natural_key UNIQUE (venue, kind, symbol),
    constraint instruments_kind_known CHECK ((kind = ANY (ARRAY['spot'::text, 'perp'::text, 'inverse'::text]))),
    constraint instruments_lot_positive CHECK (((lot_size)::numeric > (0)::numeric)),
    constraint instruments_multiplier_positive CHECK (((multiplier)::numeric > (0)::numeric)),
    constraint instruments_settle_of_kind CHECK (((kind = 'perp'::text) OR (settle =
CASE kind
    WHEN 'spot'::text THEN quote
    ELSE base
END))),
    constraint instruments_symbol_form CHECK ((symbol ~ '^[^[:space:][:cntrl:]]{1,100}$'::text)),
    constraint instruments_tick_positive CHECK (((tick_size)::numeric > (0)::numeric)),
    constraint instruments_version_positive CHECK ((version > 0))
);

alter table ref.instruments owner to daybook_owner;

CREATE INDEX instruments_symbol_idx ON ref.instruments USING btree (symbol);

comment on table ref.instruments is 'What can be traded at a venue. Venue, kind and symbol are the natural identity; instrument_id is what other tables hold.';
comment on column ref.instruments.symbol is 'As the venue writes it: BTCUSDT, tBTCUSD.';
comment on column ref.instruments.kind is 'spot; perp, whose quantity is in base units and which settles in quote or another currency; inverse, which is quoted in quote and settles in base.';
comment on column ref.instruments.settle is 'Currency of profit and loss: quote for spot, base for inverse.';
comment on column ref.instruments.tick_size is 'Prices are whole multiples of it; null when unknown.';
comment on column ref.instruments.lot_size is 'Quantities are whole multiples of it; null when unknown.';
comment on column ref.instruments.multiplier is 'Units of base (inverse: of quote) that one unit of quantity stands for.';
comment on column ref.instruments.version is 'Rises by one with every change of the row; it is the version of its events.';

grant select, insert on ref.instruments to daybook_api;
grant select on ref.instruments to daybook_lab_reader;

-- Once everything else exists:

alter table only ref.instruments add constraint instruments_base_fkey FOREIGN KEY (base) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only ref.instruments add constraint instruments_quote_fkey FOREIGN KEY (quote) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only ref.instruments add constraint instruments_settle_fkey FOREIGN KEY (settle) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only ref.instruments add constraint instruments_venue_fkey FOREIGN KEY (venue) REFERENCES ref.venues(code) ON DELETE RESTRICT;
