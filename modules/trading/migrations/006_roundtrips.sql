-- What a position earned from flat to flat. Derived: the cycles that the fold of the live fills goes through.
create table trading.roundtrips (
    account_id    uuid         not null,
    position_id   uuid         not null,
    cycle         bigint       not null,
    instrument_id uuid         not null,
    position_key  text         not null,
    side          text         not null,
    opened_at     timestamptz  not null,
    closed_at     timestamptz  not null,
    qty           numeric      not null,
    entry_value   numeric      not null,
    exit_value    numeric      not null,
    gross         numeric      not null,
    fees          numeric      not null,
    low           numeric      not null,
    high          numeric      not null,
    first_version bigint       not null,
    last_version  bigint       not null,
    constraint roundtrips_pkey primary key (account_id, position_id, cycle),
    constraint roundtrips_position_fkey foreign key (account_id, position_id)
        references trading.positions (account_id, position_id) on delete restrict,
    constraint roundtrips_side_known check (side in ('long', 'short'))
);
comment on table trading.roundtrips is
    'One row per closed cycle of a position, written with the fill that closed it. Funding and marks belong to it by time: trading.v_roundtrips adds them.';
comment on column trading.roundtrips.qty is 'All that went in, and came out again.';
comment on column trading.roundtrips.entry_value is
    'Sum of quantity times price of what went in, without multiplier; of quantity divided by price for an inverse contract.';
comment on column trading.roundtrips.exit_value is 'The same of what came out.';
comment on column trading.roundtrips.gross is 'What its fills realised, before fees.';
comment on column trading.roundtrips.fees is
    'Fees of its fills in the currency of the position. Of the fill of a flip, either cycle bears the share of the quantity that closed or opened it.';
comment on column trading.roundtrips.low is 'Lowest price of its fills.';
comment on column trading.roundtrips.high is 'Highest price of its fills.';
comment on column trading.roundtrips.first_version is 'position_version of the fill that opened it.';
comment on column trading.roundtrips.last_version is 'position_version of the fill that closed it.';

create index roundtrips_closed_idx on trading.roundtrips (account_id, closed_at);

-- What the rules of a fill answer. They are types and not OUT parameters, because the server makes the description of a row of
-- those anew with each call.
create type trading.position_step as (
    signed_qty     numeric,
    open_cost      numeric,
    avg_price      numeric,
    realized_gross numeric,
    fee_settled    numeric,
    closed_qty     numeric,
    closed_value   numeric,
    closed_fee     numeric,
    closed_gross   numeric
);
comment on type trading.position_step is
    'A position after one fill: its state, what the fill realised, and of what it closed the quantity, the value (signed as the position was) and the part of fee and result.';

create type trading.position_move as (
    p_position     trading.positions,
    realized_gross numeric,
    realized_net   numeric,
    closed         trading.roundtrips
);
comment on type trading.position_move is 'The row of a position after one fill, what that realised, and the round trip that it closed, if any.';

create type trading.fill_effect as (
    p_fill     trading.fills,
    p_position trading.positions,
    p_order    trading.orders,
    other_fee  trading.position_fees,
    closed     trading.roundtrips
);
comment on type trading.fill_effect is
    'A fill with its answer, its position and its order after it, what it adds to fees in other currencies, and the round trip that it closed, if any.';

-- What trading._lot_trips() works with and returns: other definitions of a round trip, computed from the fills when asked for.
create type trading.lot as (
    qty       numeric,
    price     numeric,
    value     numeric,
    loss      numeric,
    fees      numeric,
    funding   numeric,
    opened_at timestamptz,
    version   bigint,
    seen      integer
);
comment on type trading.lot is
    'What is still open of the quantity that one fill opened, with what belongs to it. loss: value of a fee that was taken from the quantity. seen: place of its price among those seen.';

create type trading.lot_trip as (
    cycle         bigint,
    side          text,
    opened_at     timestamptz,
    closed_at     timestamptz,
    qty           numeric,
    entry_value   numeric,
    exit_value    numeric,
    gross         numeric,
    fees          numeric,
    funding       numeric,
    first_version bigint,
    last_version  bigint,
    seen          integer
);
comment on type trading.lot_trip is 'A round trip by lots: columns as in trading.v_roundtrips. seen: place of its first price among those seen.';
