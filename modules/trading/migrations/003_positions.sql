-- Positions are derived: each is the fold of its fills in the order of position_version, and can be rebuilt from them.

create table trading.positions (
    account_id     uuid        not null,
    position_id    uuid        not null,
    instrument_id  uuid        not null,
    position_key   text        not null default '',
    kind           trading.position_kind not null,
    base_currency  text        not null,
    currency       text        not null,
    multiplier     util.amount not null,
    signed_qty     numeric     not null default 0,
    open_cost      numeric     not null default 0,
    avg_price      numeric     not null default 0,
    realized_gross numeric     not null default 0,
    fees           numeric     not null default 0,
    funding        numeric     not null default 0,
    realized_net   numeric     not null,
    cycle          bigint      not null default 0,
    version        bigint      not null default 0,
    opened_at      timestamptz,
    last_fill_at   timestamptz,
    -- the open cycle; sums are zero and the rest is null when flat
    cycle_version      bigint,
    cycle_qty          numeric not null default 0,
    cycle_entry_value  numeric not null default 0,
    cycle_exit_value   numeric not null default 0,
    cycle_low          numeric,
    cycle_high         numeric,
    cycle_gross_before numeric not null default 0,
    cycle_fees_before  numeric not null default 0,
    recorded_at    timestamptz not null default clock_timestamp(),
    constraint positions_pkey primary key (account_id, position_id),
    constraint positions_instrument_key unique (account_id, instrument_id, position_key),
    constraint positions_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint positions_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint positions_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint positions_base_currency_fkey foreign key (base_currency) references ref.currencies (code) on delete restrict
) with (fillfactor = 50);
comment on table trading.positions is
    'Net position per instrument and key at average cost, kept by the functions that record fills, in the same transaction.';
comment on column trading.positions.position_key is 'Empty for the only position of an instrument; in a hedging account the caller''s name of the position.';
comment on column trading.positions.kind is 'Kind of the instrument when the position was first opened, like base_currency, currency and multiplier: terms of a contract do not change under a position.';
comment on column trading.positions.currency is 'Currency of profit and loss: what the instrument settles in.';
comment on column trading.positions.signed_qty is 'Positive for long, negative for short.';
comment on column trading.positions.open_cost is
    'Sum of signed quantity times price of what is open, without multiplier; of signed quantity divided by price for an inverse contract. Exact; zero when flat.';
comment on column trading.positions.avg_price is 'open_cost divided by signed_qty (the other way round for an inverse contract), for display; zero when flat.';
comment on column trading.positions.realized_gross is
    'Realised profit and loss before fees, over all cycles. A fee taken in the base currency of a spot instrument is realised here at the price of its fill.';
comment on column trading.positions.fees is 'Fees in the currency of the position, and those in a third asset that came with a rate, at that rate; a rebate is negative. What was taken in other currencies is in position_fees.';
comment on column trading.positions.cycle is 'Number of the current cycle, or of the last one when flat. A cycle runs from flat to flat; a flip ends one and begins the next.';
comment on column trading.positions.version is 'Number of the latest fact of this position: fills, busts and corrections share one sequence.';
comment on column trading.positions.opened_at is 'Time of the fill that opened the current cycle; null when flat.';
comment on column trading.positions.last_fill_at is 'Latest time of any fill applied.';
comment on column trading.positions.cycle_version is 'Version of the fill that opened the current cycle.';
comment on column trading.positions.cycle_qty is 'Quantity that went into the current cycle.';
comment on column trading.positions.cycle_entry_value is 'Quantity times price of what went into the current cycle (divided by it for an inverse contract), without multiplier.';
comment on column trading.positions.cycle_exit_value is 'The same of what came out of it so far.';
comment on column trading.positions.cycle_low is 'Lowest price of a fill in the current cycle.';
comment on column trading.positions.cycle_high is 'Highest price of a fill in the current cycle.';
comment on column trading.positions.cycle_gross_before is 'realized_gross when the current cycle began: what it was more since is the cycle''s.';
comment on column trading.positions.cycle_fees_before is 'fees when the current cycle began.';

-- For the reason that trading.orders has triggers in the place of generated columns and checks.
-- daybook-lint: allow function-search-path until 2028-06-30: whoever writes positions fixes the path
create function trading._derive_position() returns trigger
language plpgsql volatile
as $$
begin
    if (new.signed_qty = 0.0) <> (new.opened_at is null) or new.opened_at is null and new.open_cost <> 0.0 then
        raise exception 'position % of account % is flat in one column and open in another', new.position_id, new.account_id
            using errcode = '23514', constraint = 'positions_flat_whole', schema = 'trading', table = 'positions',
                  hint = 'A flat position has no quantity, no cost and no time at which it was opened.';
    end if;
    new.realized_net := new.realized_gross - new.fees + new.funding;
    return new;
end
$$;

create trigger positions_derive
    before insert or update of signed_qty, open_cost, opened_at, realized_gross, fees, funding, realized_net
    on trading.positions for each row execute function trading._derive_position();

create table trading.position_fees (
    account_id  uuid    not null,
    position_id uuid    not null,
    currency    text    not null,
    fee_kind    text    not null,
    amount      numeric not null,
    priced      numeric not null default 0,
    converted   numeric not null default 0,
    constraint position_fees_pkey primary key (account_id, position_id, currency),
    constraint position_fees_position_fkey foreign key (account_id, position_id)
        references trading.positions (account_id, position_id) on delete restrict,
    constraint position_fees_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint position_fees_kind_known check (fee_kind in ('base', 'other'))
);
comment on table trading.position_fees is
    'Total of fees per position in each currency other than the position''s own, derived from the fills.';
comment on column trading.position_fees.fee_kind is
    'base: taken from the quantity, already in realized_gross. other: a third asset.';
comment on column trading.position_fees.priced is 'Of amount, what came with a rate. The rest is in no sum of profit and loss.';
comment on column trading.position_fees.converted is 'Value of priced in the currency of the position, which is in fees of the position.';

create table trading.fills (
    account_id          uuid        not null,
    fill_id             uuid        not null,
    order_id            uuid        not null,
    instrument_id       uuid        not null,
    position_key        text        not null,
    side                trading.side not null,
    qty                 trading.quantity not null,
    price               util.amount not null,
    fee                 util.amount not null,
    fee_currency        text,
    fee_rate            trading.quantity,
    liquidity           trading.liquidity,
    venue_trade_id      text,
    trade_discriminator text        not null default '',
    filled_at           timestamptz not null,
    recorded_at         timestamptz not null default clock_timestamp(),
    ctx                 jsonb,
    -- what was answered
    flags               trading.fill_flags not null default '{}',
    order_version       bigint      not null,
    order_status        text        not null,
    order_cum_qty       numeric     not null,
    position_version    bigint      not null,
    position_cycle      bigint      not null,
    position_qty        numeric     not null,
    position_avg_price  numeric     not null,
    realized_gross      numeric     not null,
    realized_net        numeric     not null,
    position_realized   numeric     not null,
    constraint fills_position_version_key unique (account_id, instrument_id, position_key, position_version),
    constraint fills_order_fkey foreign key (account_id, order_id)
        references trading.orders (account_id, order_id) on delete restrict,
    constraint fills_position_fkey foreign key (account_id, instrument_id, position_key)
        references trading.positions (account_id, instrument_id, position_key) on delete restrict,
    constraint fills_price_not_negative check (price >= 0),
    constraint fills_fee_whole check ((fee = 0) = (fee_currency is null))
);
comment on table trading.fills is
    'Every execution, append-only, as received and as answered. Busts and corrections are rows of fill_events; what a fill realises now, where that differs, is in fill_restatements.';
comment on column trading.fills.fee is 'Cost positive, rebate negative.';
comment on column trading.fills.fee_currency is 'As given, or the currency of the position when a fee came without one; null without a fee.';
comment on column trading.fills.fee_rate is 'Price of one unit of the currency of the fee in the currency of the position, as given. Read only for a fee in a third asset.';
comment on column trading.fills.venue_trade_id is 'The venue''s number of the trade; with the instrument and the discriminator a second identity of the fill.';
comment on column trading.fills.trade_discriminator is 'Tells fills apart at venues that give several fills one trade number; empty elsewhere.';
comment on column trading.fills.filled_at is 'When the venue says it happened.';
comment on column trading.fills.order_version is 'Version of the order that this fill made.';
comment on column trading.fills.position_version is 'Number of this fill within its position: replaying live fills in this order, with their effective terms, rebuilds the position.';
comment on column trading.fills.position_cycle is 'Cycle of the position after this fill.';
comment on column trading.fills.realized_gross is 'What this fill realised, before fees.';
comment on column trading.fills.realized_net is 'What this fill realised, less its fee if that is in the currency of the position or came with a rate.';
comment on column trading.fills.position_realized is 'realized_net of the position after this fill.';

create unique index fills_venue_trade_key on trading.fills (account_id, instrument_id, venue_trade_id, trade_discriminator)
    where venue_trade_id is not null;
create index fills_order_idx on trading.fills (account_id, order_id);
create index fills_filled_idx on trading.fills (account_id, filled_at);
-- Last, for the reason given with that of trading.orders.
alter table trading.fills add constraint fills_pkey primary key (account_id, fill_id);

-- What the venue says about a fill later: that it never was (bust), or was on other terms (correct). No foreign key to fills,
-- because it may overtake its fill; it then waits, and is applied when the fill arrives.
create table trading.fill_events (
    account_id         uuid        not null,
    event_id           uuid        not null,
    fill_id            uuid        not null,
    place              integer     not null,
    kind               text        not null,
    -- the terms of a correction; null is unchanged
    qty                trading.quantity,
    price              util.amount,
    fee                util.amount,
    fee_currency       text,
    fee_rate           trading.quantity,
    -- the rest of what was received
    leaves_qty         util.amount,
    reason             text,
    occurred_at        timestamptz not null,
    recorded_at        timestamptz not null default clock_timestamp(),
    ctx                jsonb,
    -- what was answered
    outcome            text        not null,
    refusal_code       text,
    refusal_detail     text,
    order_version      bigint,
    order_status       text,
    order_cum_qty      numeric,
    position_version   bigint,
    position_cycle     bigint,
    position_qty       numeric,
    position_avg_price numeric,
    position_realized  numeric,
    constraint fill_events_pkey primary key (account_id, event_id),
    constraint fill_events_place_key unique (account_id, fill_id, place),
    constraint fill_events_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint fill_events_fee_currency_fkey foreign key (fee_currency) references ref.currencies (code) on delete restrict,
    constraint fill_events_kind_known check (kind in ('bust', 'correct')),
    constraint fill_events_terms_whole check ((kind = 'bust') = (num_nonnulls(qty, price, fee, fee_currency, fee_rate) = 0)),
    constraint fill_events_leaves_whole check (leaves_qty is null or kind = 'bust' and leaves_qty >= 0),
    constraint fill_events_outcome_known check (outcome in ('created', 'refused')),
    constraint fill_events_refusal_whole check ((outcome = 'refused') = (refusal_code is not null))
);
comment on table trading.fill_events is
    'Busts and corrections of fills, append-only, with the answer that was given. A refused one changed nothing but is kept.';
comment on column trading.fill_events.place is 'Number of the event among those of its fill: the order in which they count.';
comment on column trading.fill_events.fee_rate is 'Goes with fee_currency: a correction that names a currency and no rate leaves the fee without a rate.';
comment on column trading.fill_events.leaves_qty is 'With a bust: what the venue says is left of the order. Without it a full order is done.';
comment on column trading.fill_events.order_version is 'Version of the order that this event made; null when the fill was not in the book yet.';
comment on column trading.fill_events.position_version is
    'Number of this event within the position of its fill; null when the event waited for its fill, whose number then stands for both, and when it was refused.';

create table trading.fill_restatements (
    account_id     uuid    not null,
    fill_id        uuid    not null,
    position_cycle bigint  not null,
    position_qty   numeric not null,
    realized_gross numeric not null,
    realized_net   numeric not null,
    constraint fill_restatements_pkey primary key (account_id, fill_id),
    constraint fill_restatements_fill_fkey foreign key (account_id, fill_id)
        references trading.fills (account_id, fill_id) on delete restrict
);
comment on table trading.fill_restatements is
    'What a fill realises now, for each fill of which a bust or correction, of it or of one before it, made something else than was answered. Derived.';
comment on column trading.fill_restatements.position_cycle is 'Cycle of the position after this fill.';
comment on column trading.fill_restatements.position_qty is 'Quantity of the position after this fill.';

create type trading.fill_answer as (
    outcome            text,
    fill_id            uuid,
    order_status       text,
    order_cum_qty      numeric,
    position_id        uuid,
    position_qty       numeric,
    position_avg_price numeric,
    realized_pnl       numeric,
    flags              text[],
    conflict_field     text,
    refusal_code       text,
    refusal_detail     text
);
comment on type trading.fill_answer is 'What is answered to a fill; quantities and realized_pnl (net) of order and position are those after the fill.';

create type trading.fill_event_answer as (
    outcome            text,
    event_id           uuid,
    fill_id            uuid,
    waiting            boolean,
    order_status       text,
    order_cum_qty      numeric,
    position_id        uuid,
    position_qty       numeric,
    position_avg_price numeric,
    realized_pnl       numeric,
    conflict_field     text,
    refusal_code       text,
    refusal_detail     text
);
comment on type trading.fill_event_answer is
    'What is answered to a bust or correction; quantities and realized_pnl (net) of order and position are those after it. waiting: the fill was not in the book.';
