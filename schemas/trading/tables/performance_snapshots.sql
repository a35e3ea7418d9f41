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
    equity_first numeric,
    equity_last numeric,
    drawdown numeric not null,
    drawdown_rate numeric not null,
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
comment on column trading.performance_snapshots.currency is 'Of all amounts: that of the account. What was made in another is left out and named in missing.';
comment on column trading.performance_snapshots.realized_net is 'Of the fills of this time, less fees, with funding.';
comment on column trading.performance_snapshots.roundtrips is 'Cycles from flat to flat that ended in this time.';
comment on column trading.performance_snapshots.gross_profit is 'Sum of the net results of the round trips that were won.';
comment on column trading.performance_snapshots.gross_loss is 'The same of those that were lost; not positive.';
comment on column trading.performance_snapshots.equity_first is 'Of the first complete equity point of this time.';
comment on column trading.performance_snapshots.drawdown is 'Largest fall of equity from a peak before it, in complete equity points.';
comment on column trading.performance_snapshots.drawdown_rate is 'Largest fall of equity as a share of the peak before it.';
comment on column trading.performance_snapshots.missing is 'rate:<currency> for results in another currency, fee:<currency> for fees without a rate, equity for an incomplete equity point: all left out.';

grant select, insert on trading.performance_snapshots to daybook_api;
grant select on trading.performance_snapshots to daybook_audit;
grant select on trading.performance_snapshots to daybook_lab_reader;
grant select on trading.performance_snapshots to daybook_risk;

-- Once everything else exists:

alter table only trading.performance_snapshots add constraint performance_snapshots_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.performance_snapshots add constraint performance_snapshots_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.performance_snapshots add constraint performance_snapshots_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
