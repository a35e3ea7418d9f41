-- How an account did over a time, as the book knew it at that moment: kept, so that a report can be shown again after a late
-- fill or a correction has changed what would be said now.

create table trading.performance_snapshots (
    account_id    uuid        not null,
    snapshot_id   uuid        not null,
    since         timestamptz not null,
    as_of         timestamptz not null,
    run_id        uuid,
    currency      text        not null,
    fills         bigint      not null,
    fees          numeric     not null,
    funding       numeric     not null,
    realized_net  numeric     not null,
    roundtrips    bigint      not null,
    won           bigint      not null,
    lost          bigint      not null,
    gross_profit  numeric     not null,
    gross_loss    numeric     not null,
    first_at      timestamptz,
    last_at       timestamptz,
    points        integer     not null,
    equity_first  numeric,
    equity_last   numeric,
    flows         numeric     not null,
    pnl           numeric,
    return_rate   numeric,
    drawdown      numeric,
    drawdown_rate numeric,
    missing       text[]      not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint performance_snapshots_pkey primary key (account_id, snapshot_id),
    constraint performance_snapshots_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint performance_snapshots_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint performance_snapshots_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint performance_snapshots_period check (since < as_of)
);
comment on table trading.performance_snapshots is
    'Results of an account from since on and before as_of, as the book knew them when the row was written, append-only.';
comment on column trading.performance_snapshots.run_id is 'The run that the snapshot tells of. All business of the account in its time counts.';
comment on column trading.performance_snapshots.currency is 'Of all amounts: that of the account. Others are taken at the rate of the next equity point.';
comment on column trading.performance_snapshots.fees is
    'In the currencies of positions, and in a third asset at the rate that came with it; a rebate is negative.';
comment on column trading.performance_snapshots.realized_net is 'Of the fills of this time, less fees, with funding.';
comment on column trading.performance_snapshots.roundtrips is 'Cycles from flat to flat that ended in this time; won and lost are after fees and funding.';
comment on column trading.performance_snapshots.gross_profit is 'Sum of the net results of the round trips that were won.';
comment on column trading.performance_snapshots.gross_loss is 'The same of those that were lost; not positive.';
comment on column trading.performance_snapshots.first_at is
    'The equity point that the curve begins with: the last one at or before since. Null when it begins with the opening balance.';
comment on column trading.performance_snapshots.last_at is 'The equity point that the curve ends with: the last one at or before as_of.';
comment on column trading.performance_snapshots.points is 'Equity points after first_at, until last_at.';
comment on column trading.performance_snapshots.flows is 'Deposits, withdrawals and transfers between first_at and last_at; what came is positive.';
comment on column trading.performance_snapshots.pnl is 'equity_last less equity_first less flows.';
comment on column trading.performance_snapshots.return_rate is
    'Time-weighted return: the Modified Dietz return between each two equity points, linked. Null where there was nothing to earn on.';
comment on column trading.performance_snapshots.drawdown is 'Largest fall of equity from a peak before it, flows left out.';
comment on column trading.performance_snapshots.drawdown_rate is 'Largest fall of the linked return from a peak before it, as a share of that peak.';
comment on column trading.performance_snapshots.missing is
    'What is left out: first or last (no equity point there), return (nothing to earn on), mark:<instrument> and rate:<currency> that the points lack, '
    'rate:<currency> of what was made in it, fee:<currency> of fees without a rate.';

create index performance_snapshots_as_of_idx on trading.performance_snapshots (account_id, as_of);

select bus.fn_declare_event_type('trading.performance_recorded', 'trading', 'performance', 'How an account did over a time was recorded.',
    '{"required": {"snapshot_id": "uuid", "since": "timestamp", "as_of": "timestamp", "currency": "string", "fills": "integer",
                   "realized_net": "decimal", "roundtrips": "integer", "won": "integer", "lost": "integer", "flows": "decimal", "missing": "array"},
      "optional": {"run_id": "uuid", "equity_first": "decimal", "equity_last": "decimal", "pnl": "decimal", "return_rate": "decimal",
                   "drawdown": "decimal", "drawdown_rate": "decimal"}}');
