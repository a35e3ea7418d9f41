-- An order is what was asked for (never changed) and what is known about it (changed by order events and fills).
-- Lifecycle, pending request, quantities and doubt are stored apart; the displayed status is derived from them.

-- The vocabulary. Domains and not a check per table: they say each list once, and the server keeps a domain's check parsed
-- from statement to statement, which it does not for a table's. On the tables below that is a fifth of the cost of a fill.
create domain trading.quantity as util.amount constraint quantity_positive check (value > 0);
comment on domain trading.quantity is 'An amount greater than zero; the direction is said by the side.';

create domain trading.side as text constraint side_known check (value in ('buy', 'sell'));
comment on domain trading.side is 'buy or sell.';

create domain trading.order_origin as text constraint order_origin_known check (value in ('local', 'external', 'claimed'));
comment on domain trading.order_origin is 'How an order came into the book: local, external or claimed.';

create domain trading.order_type as text
    constraint order_type_known check (value in ('market', 'limit', 'stop', 'stop_limit'));
comment on domain trading.order_type is 'market, limit, stop or stop_limit.';

create domain trading.time_in_force as text
    constraint time_in_force_known check (value in ('gtc', 'ioc', 'fok', 'day', 'gtd', 'post_only'));
comment on domain trading.time_in_force is 'How long an order stands: gtc, ioc, fok, day, gtd or post_only.';

create domain trading.order_lifecycle as text constraint order_lifecycle_known
    check (value in ('denied', 'submitted', 'accepted', 'triggered', 'canceled', 'rejected', 'expired'));
comment on domain trading.order_lifecycle is 'Where an order stands apart from its fills and pending requests.';

create domain trading.order_pending as text constraint order_pending_known check (value in ('none', 'cancel', 'replace'));
comment on domain trading.order_pending is 'The request for an order that is under way at the venue: none, cancel or replace.';

create domain trading.order_event as text constraint order_event_known check (value in
    ('acknowledge', 'trigger', 'reject', 'cancel_request', 'cancel', 'cancel_reject', 'replace_request', 'replace', 'replace_reject',
     'expire', 'outcome_unknown'));
comment on domain trading.order_event is 'What can happen to an order besides its submission and its fills.';

create domain trading.liquidity as text constraint liquidity_known check (value in ('maker', 'taker'));
comment on domain trading.liquidity is 'maker or taker.';

create domain trading.fill_flags as text[] constraint fill_flags_known
    check (value <@ array['late', 'overfill', 'orphan', 'out_of_order', 'unpriced_fee', 'corrected', 'busted', 'reconciled']::text[]);
comment on domain trading.fill_flags is
    'late: after the order was closed. overfill: beyond the order''s quantity. orphan: the order is unknown here. out_of_order: older than a fill already applied. unpriced_fee: fee in a third asset without a rate. corrected, busted: a correction or bust had come before the fill. reconciled: made by a reconciliation, in the place of fills that the venue did not tell.';

create domain trading.position_kind as text constraint position_kind_known check (value in ('spot', 'perp', 'inverse'));
comment on domain trading.position_kind is 'How an instrument makes profit and loss: spot, perp (linear) or inverse.';

create table trading.orders (
    account_id        uuid        not null,
    order_id          uuid        not null,
    -- what was asked for
    origin            trading.order_origin    not null,
    instrument_id     uuid        not null,
    position_key      text        not null default '',
    run_id            uuid,
    side              trading.side            not null,
    type              trading.order_type,
    time_in_force     trading.time_in_force,
    qty               trading.quantity,
    price             util.amount,
    stop_price        util.amount,
    idempotency_key   text,
    submitted_at      timestamptz,
    refusal_code      text,
    refusal_detail    text,
    -- what is known about it
    lifecycle         trading.order_lifecycle not null,
    pending           trading.order_pending   not null default 'none',
    outcome_unknown   boolean     not null default false,
    exchange_order_id text,
    working_qty       trading.quantity,
    working_price     util.amount,
    working_stop_price util.amount,
    requested_qty     trading.quantity,
    requested_price   util.amount,
    requested_stop_price util.amount,
    cum_qty           numeric     not null default 0,
    cum_value         numeric     not null default 0,
    capped            boolean     not null default false,
    version           bigint      not null default 1,
    recorded_at       timestamptz not null default clock_timestamp(),
    updated_at        timestamptz not null default clock_timestamp(),
    ctx               jsonb,
    status            text        not null,
    is_open           boolean     not null,
    constraint orders_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint orders_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint orders_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict
) with (fillfactor = 80);
comment on table trading.orders is
    'One row per order: what was asked for, never changed, and what is known about it, derived from order events and fills.';
comment on column trading.orders.origin is
    'local: submitted here. external: met at the venue, or first heard of through a fill, and then without type and quantity. claimed: external, then '
    'submitted by its owner.';
comment on column trading.orders.position_key is 'Which position of the instrument the order works for; empty for the only one of a netting account.';
comment on column trading.orders.qty is 'Quantity as submitted. What a replace puts in its place is working_qty.';
comment on column trading.orders.idempotency_key is 'A second identity of the request, for callers that cannot keep the order id from attempt to attempt.';
comment on column trading.orders.submitted_at is 'When the caller says that the order was submitted; null where nobody said so of an external order.';
comment on column trading.orders.refusal_code is 'Why the book refused the order; such an order never left for the venue.';
comment on column trading.orders.lifecycle is 'Where the order stands apart from fills and pending requests.';
comment on column trading.orders.pending is 'The request that is under way at the venue.';
comment on column trading.orders.outcome_unknown is
    'A timeout or an unreadable reply left open whether the venue took the request. Only evidence from the venue clears it.';
comment on column trading.orders.exchange_order_id is 'The venue''s own number; venues reuse them between instruments, so it is no key.';
comment on column trading.orders.working_qty is 'Quantity in force; null for an external order whose quantity is not known.';
comment on column trading.orders.working_price is 'Price in force: as submitted, or what a replace put in its place.';
comment on column trading.orders.working_stop_price is 'Stop price in force: as submitted, or what a replace put in its place.';
comment on column trading.orders.requested_qty is 'Quantity that the replace under way asks for; null when it leaves it as it is, or none is under way.';
comment on column trading.orders.requested_price is 'Price that the replace under way asks for; null as requested_qty.';
comment on column trading.orders.requested_stop_price is 'Stop price that the replace under way asks for; null as requested_qty.';
comment on column trading.orders.cum_qty is 'Sum of the quantities of the order''s fills, hence independent of their order of arrival.';
comment on column trading.orders.cum_value is 'Sum of quantity times price of the order''s fills, exact.';
comment on column trading.orders.capped is 'Whether the order counts to a notional cap: it has a row in trading.notional_reserves.';
comment on column trading.orders.version is 'Number of the latest event of this order; order events and fills carry the number they caused.';
comment on column trading.orders.status is 'The status to display, derived.';
comment on column trading.orders.is_open is 'Whether the venue may still act on the order, derived.';

-- Triggers, and neither generated columns nor check constraints: the text of those is read anew in every statement that writes a row, which was two thirds of
-- what a fill pays for its order. These look when what they look at is written, and whoever writes it. The files of the functions repeat them.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
returns text
language plpgsql immutable parallel safe
as $$
begin
    if p_pending = 'none' and p_lifecycle in ('submitted', 'accepted', 'triggered') then
        return case
            when p_cum_qty >= p_working_qty then 'filled'
            when p_cum_qty > 0 then 'partially_filled'
            else p_lifecycle
        end;
    end if;
    return case
        when p_lifecycle in ('denied', 'rejected') then p_lifecycle
        when p_lifecycle in ('canceled', 'expired') and p_cum_qty >= p_working_qty then 'filled'
        when p_lifecycle in ('canceled', 'expired') then p_lifecycle
        when p_pending = 'cancel' then 'pending_cancel'
        when p_pending = 'replace' then 'pending_replace'
        when p_cum_qty >= p_working_qty then 'filled'
        when p_cum_qty > 0 then 'partially_filled'
        else p_lifecycle
    end;
end
$$;

-- daybook-lint: allow function-search-path until 2028-06-30: it calls what its owner may, and whoever writes orders fixes the path
create function trading._derive_order() returns trigger
language plpgsql volatile
as $$
begin
    new.status := trading._order_status(new.lifecycle, new.pending, new.working_qty, new.cum_qty);
    new.is_open := new.status in ('submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace');
    return new;
end
$$;

-- daybook-lint: allow function-search-path until 2028-06-30: it calls what its owner may, and whoever writes orders fixes the path
create function trading._check_order_whole() returns trigger
language plpgsql volatile
as $$
begin
    if new.origin <> 'external' and num_nulls(new.type, new.time_in_force, new.qty, new.working_qty, new.submitted_at) <> 0 then
        raise exception 'order % of account % lacks what was asked for', new.order_id, new.account_id
            using errcode = '23514', constraint = 'orders_asked_whole', schema = 'trading', table = 'orders',
                  hint = 'Only an external order may lack its type, time in force, quantities or time of submission.';
    end if;
    if (new.lifecycle = 'denied') <> (new.refusal_code is not null) then
        raise exception 'order % of account % is % and its refusal code is %', new.order_id, new.account_id, new.lifecycle,
                coalesce(new.refusal_code, 'null')
            using errcode = '23514', constraint = 'orders_refusal_whole', schema = 'trading', table = 'orders',
                  hint = 'A denied order has a refusal code, and no other has one.';
    end if;
    return new;
end
$$;

create trigger orders_check_whole
    before insert or update of origin, type, time_in_force, qty, working_qty, submitted_at, lifecycle, refusal_code
    on trading.orders for each row execute function trading._check_order_whole();
create trigger orders_derive
    before insert or update of lifecycle, pending, working_qty, cum_qty, status, is_open
    on trading.orders for each row execute function trading._derive_order();

-- is_open and not status: an index whose condition reads a column that every fill changes would forbid in-place updates.
create unique index orders_idempotency_key on trading.orders (account_id, idempotency_key) where idempotency_key is not null;
create index orders_open_idx on trading.orders (account_id, order_id) where is_open;
create index orders_exchange_order_idx on trading.orders (account_id, exchange_order_id) where exchange_order_id is not null;
-- Newest first. Ids that are made of names are in no order, so the clock of the book is; it never changes, so fills stay in place.
create index orders_recorded_idx on trading.orders (account_id, recorded_at);

-- After the other indexes: of two that seem equally good the planner takes the newer one, and on tables that nobody has analyzed yet an index
-- on the account alone seems as good as the key. A plan that was kept from then would read all orders of an account for each fill.
alter table trading.orders add constraint orders_pkey primary key (account_id, order_id);

create table trading.order_events (
    account_id        uuid        not null,
    event_id          uuid        not null,
    order_id          uuid        not null,
    order_version     bigint      not null,
    event             trading.order_event not null,
    outcome           text        not null,
    status            text        not null,
    exchange_order_id text,
    reason            text,
    qty               trading.quantity,
    price             util.amount,
    stop_price        util.amount,
    decided_by        text,
    refusal_code      text,
    refusal_detail    text,
    occurred_at       timestamptz not null,
    recorded_at       timestamptz not null default clock_timestamp(),
    ctx               jsonb,
    constraint order_events_pkey primary key (account_id, event_id),
    constraint order_events_order_version_key unique (account_id, order_id, order_version),
    constraint order_events_order_fkey foreign key (account_id, order_id)
        references trading.orders (account_id, order_id) on delete restrict,
    constraint order_events_outcome_known check (outcome in ('created', 'refused')),
    constraint order_events_refusal_whole check ((outcome = 'refused') = (refusal_code is not null))
);
comment on table trading.order_events is
    'What happened to an order besides its submission and its fills, append-only. A refused event changed nothing but is kept.';
comment on column trading.order_events.event_id is 'Identity of the event, chosen by the caller.';
comment on column trading.order_events.order_version is 'Version of the order that this event made: the order of events, which timestamps are not.';
comment on column trading.order_events.status is 'Status of the order after the event, as it was answered.';
comment on column trading.order_events.qty is 'Quantity that a replace asks for or puts in force, as received; null: not said, as it was.';
comment on column trading.order_events.price is 'Price that a replace asks for or puts in force, as received.';
comment on column trading.order_events.stop_price is 'Stop price that a replace asks for or puts in force, as received.';
comment on column trading.order_events.decided_by is
    'The role that was logged in when an operator decided what became of the order; null for what the venue or the caller says.';
comment on column trading.order_events.occurred_at is 'When it happened, as the caller says.';

-- A replaced order can have another number; this finds it by those it had. No fill writes here.
create index order_events_exchange_order_idx on trading.order_events (account_id, exchange_order_id) where exchange_order_id is not null;
