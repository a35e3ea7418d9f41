-- daybook mirror: table trading.equity_points

create table trading.equity_points (
    account_id uuid not null,
    point_id uuid not null,
    as_of timestamp with time zone not null,
    run_id uuid,
    currency text not null,
    balance numeric not null,
    unrealized numeric not null,
    equity numeric not null,
    complete boolean not null,
    missing text[] not null,
    marks jsonb not null,
    rates jsonb default '{}'::jsonb not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint equity_points_pkey PRIMARY KEY (account_id, point_id),
    constraint equity_points_complete_whole CHECK ((complete = (missing = '{}'::text[])))
);

alter table trading.equity_points owner to daybook_owner;

CREATE INDEX equity_points_as_of_idx ON trading.equity_points USING btree (account_id, as_of);

comment on table trading.equity_points is 'The equity curve: balance and marked value of an account at points in time, append-only.';
comment on column trading.equity_points.balance is 'Opening balance, cash entries and all that was realised, in the currency of the account.';
comment on column trading.equity_points.unrealized is 'Of the positions that could be marked; what could not is named in missing.';
comment on column trading.equity_points.complete is 'False when a mark or a rate was missing: then unrealized and equity leave something out.';
comment on column trading.equity_points.missing is 'What could not be valued: mark:<venue>/<symbol>/<kind> for an open position, rate:<currency> for a currency other than the account''s.';
comment on column trading.equity_points.marks is 'The marks given by the caller, by instrument id, as decimal text.';
comment on column trading.equity_points.rates is 'The rates given by the caller, by currency, as decimal text: the price of one unit in the account''s currency.';

grant select, insert on trading.equity_points to daybook_api;
grant select on trading.equity_points to daybook_lab_reader;
grant select on trading.equity_points to daybook_risk;

-- Once everything else exists:

alter table only trading.equity_points add constraint equity_points_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.equity_points add constraint equity_points_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.equity_points add constraint equity_points_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
