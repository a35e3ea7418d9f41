-- daybook mirror: table trading.performance_snapshots

create table trading.performance_snapshots (
    account_id uuid not null,
    snapshot_id uuid not null,
    since timestamp with time zone not null,
    as_of timestamp with time zone not null,
    run_id uuid,
    currency text not null,
    fills bigint not null,
    fees numeric not null,
    funding numeric not null,
    realized_net numeric not null,
    roundtrips bigint not null,
    won bigint not null,
    lost bigint not null,
    gross_profit numeric not null,
    gross_loss numeric not null,
    first_at timestamp with time zone,
    last_at timestamp with time zone,
    points integer not null,
    equity_first numeric,
    equity_last numeric,
    flows numeric not null,
    pnl numeric,
    return_rate numeric,
    drawdown numeric,
    drawdown_rate numeric,
    missing text[] not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint performance_snapshots_pkey PRIMARY KEY (account_id, snapshot_id),
    constraint performance_snapshots_period CHECK ((since < as_of))
);

alter table trading.performance_snapshots owner to daybook_owner;

CREATE INDEX performance_snapshots_as_of_idx ON trading.performance_snapshots USING btree (account_id, as_of);

comment on table trading.performance_snapshots is 'Results of an account from since on and before as_of, as the book knew them when the row was written, append-only.';
comment on column trading.performance_snapshots.run_id is 'The run that the snapshot tells of. All business of the account in its time counts.';
comment on column trading.performance_snapshots.currency is 'Of all amounts: that of the account. Others are taken at the rate of the next equity point.';
comment on column trading.performance_snapshots.fees is 'In the currencies of positions, and in a third asset at the rate that came with it; a rebate is negative.';
comment on column trading.performance_snapshots.realized_net is 'Of the fills of this time, less fees, with funding.';
comment on column trading.performance_snapshots.roundtrips is 'Cycles from flat to flat that ended in this time; won and lost are after fees and funding.';
comment on column trading.performance_snapshots.gross_profit is 'Sum of the net results of the round trips that were won.';
comment on column trading.performance_snapshots.gross_loss is 'The same of those that were lost; not positive.';
comment on column trading.performance_snapshots.first_at is 'The equity point that the curve begins with: the last one at or before since. Null when it begins with the opening balance.';
comment on column trading.performance_snapshots.last_at is 'The equity point that the curve ends with: the last one at or before as_of.';
comment on column trading.performance_snapshots.points is 'Equity points after first_at, until last_at.';
comment on column trading.performance_snapshots.flows is 'Deposits, withdrawals and transfers between first_at and last_at; what came is positive.';
comment on column trading.performance_snapshots.pnl is 'equity_last less equity_first less flows.';
comment on column trading.performance_snapshots.return_rate is 'Time-weighted return: the Modified Dietz return between each two equity points, linked. Null where there was nothing to earn on.';
comment on column trading.performance_snapshots.drawdown is 'Largest fall of equity from a peak before it, flows left out.';
comment on column trading.performance_snapshots.drawdown_rate is 'Largest fall of the linked return from a peak before it, as a share of that peak.';
comment on column trading.performance_snapshots.missing is 'What is left out: first or last (no equity point there), return (nothing to earn on), mark:<instrument> and rate:<currency> that the points lack, rate:<currency> of what was made in it, fee:<currency> of fees without a rate.';

grant select, insert on trading.performance_snapshots to daybook_api;
grant select on trading.performance_snapshots to daybook_audit;
grant select on trading.performance_snapshots to daybook_lab_reader;
grant select on trading.performance_snapshots to daybook_risk;

-- Once everything else exists:

alter table only trading.performance_snapshots add constraint performance_snapshots_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.performance_snapshots add constraint performance_snapshots_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.performance_snapshots add constraint performance_snapshots_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
