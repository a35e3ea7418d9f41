-- daybook mirror: table trading.positions
-- needs: trading/types/position_kind.sql
-- needs: util/types/amount.sql

create table trading.positions (
    account_id uuid not null,
    position_id uuid not null,
    instrument_id uuid not null,
    position_key text default ''::text not null,
    kind trading.position_kind not null,
    base_currency text not null,
    currency text not null,
    multiplier util.amount not null,
    signed_qty numeric default 0 not null,
    open_cost numeric default 0 not null,
    avg_price numeric default 0 not null,
    realized_gross numeric default 0 not null,
    fees numeric default 0 not null,
    funding numeric default 0 not null,
    realized_net numeric not null,
    cycle bigint default 0 not null,
    version bigint default 0 not null,
    opened_at timestamp with time zone,
    last_fill_at timestamp with time zone,
    cycle_version bigint,
    cycle_qty numeric default 0 not null,
    cycle_entry_value numeric default 0 not null,
    cycle_exit_value numeric default 0 not null,
    cycle_low numeric,
    cycle_high numeric,
    cycle_gross_before numeric default 0 not null,
    cycle_fees_before numeric default 0 not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    constraint positions_pkey PRIMARY KEY (account_id, position_id),
    constraint positions_instrument_key UNIQUE (account_id, instrument_id, position_key)
)
with (fillfactor=50);

alter table trading.positions owner to daybook_owner;

comment on table trading.positions is 'Net position per instrument and key at average cost, kept by the functions that record fills, in the same transaction.';
comment on column trading.positions.position_key is 'Empty for the only position of an instrument; in a hedging account the caller''s name of the position.';
comment on column trading.positions.kind is 'Kind of the instrument when the position was first opened, like base_currency, currency and multiplier: terms of a contract do not change under a position.';
comment on column trading.positions.currency is 'Currency of profit and loss: what the instrument settles in.';
comment on column trading.positions.signed_qty is 'Positive for long, negative for short.';
comment on column trading.positions.open_cost is 'Sum of signed quantity times price of what is open, without multiplier; of signed quantity divided by price for an inverse contract. Exact; zero when flat.';
comment on column trading.positions.avg_price is 'open_cost divided by signed_qty (the other way round for an inverse contract), for display; zero when flat.';
comment on column trading.positions.realized_gross is 'Realised profit and loss before fees, over all cycles. A fee taken in the base currency of a spot instrument is realised here at the price of its fill.';
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

grant select, insert on trading.positions to daybook_api;
grant select on trading.positions to daybook_lab_reader;
grant select on trading.positions to daybook_risk;
grant update (signed_qty, open_cost, avg_price, realized_gross, fees, funding, cycle, version, opened_at, last_fill_at, cycle_version, cycle_qty, cycle_entry_value, cycle_exit_value, cycle_low, cycle_high, cycle_gross_before, cycle_fees_before) on trading.positions to daybook_api;

-- Once everything else exists:

alter table only trading.positions add constraint positions_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.positions add constraint positions_base_currency_fkey FOREIGN KEY (base_currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.positions add constraint positions_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.positions add constraint positions_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
CREATE TRIGGER positions_derive BEFORE INSERT OR UPDATE OF signed_qty, open_cost, opened_at, realized_gross, fees, funding, realized_net ON trading.positions FOR EACH ROW EXECUTE FUNCTION trading._derive_position();
