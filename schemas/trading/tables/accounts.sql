-- daybook mirror: table trading.accounts
-- needs: util/types/amount.sql

create table trading.accounts (
    account_id uuid not null,
    name text not null,
    venue text not null,
    currency text not null,
    mode text not null,
    position_mode text not null,
    opening_balance util.amount not null,
    status text default 'open'::text not null,
    version bigint default 1 not null,
    opened_at timestamp with time zone default clock_timestamp() not null,
    closed_at timestamp with time zone,
    ctx jsonb,
    constraint accounts_pkey PRIMARY KEY (account_id),
    constraint accounts_closed_whole CHECK (((status = 'closed'::text) = (closed_at IS NOT NULL))),
    constraint accounts_mode_known CHECK ((mode = ANY (ARRAY['live'::text, 'paper'::text, 'backtest'::text]))),
    constraint accounts_position_mode_known CHECK ((position_mode = ANY (ARRAY['netting'::text, 'hedging'::text]))),
    constraint accounts_status_known CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))
);

alter table trading.accounts owner to daybook_owner;

comment on table trading.accounts is 'One row per account at a venue; live, paper and backtest money never share an account.';
comment on column trading.accounts.currency is 'Currency in which balance and equity of the account are stated.';
comment on column trading.accounts.position_mode is 'netting: fills of an instrument net into one position per key. hedging: every position is named by its caller, so a key is required.';
comment on column trading.accounts.opening_balance is 'Balance when the account was opened here; realised results are added to it.';
comment on column trading.accounts.version is 'Number of the latest event of this account.';

grant select, insert on trading.accounts to daybook_api;
grant select on trading.accounts to daybook_audit;
grant select on trading.accounts to daybook_lab_reader;
grant select on trading.accounts to daybook_risk;
grant update (status, version, closed_at) on trading.accounts to daybook_api;

-- Once everything else exists:

alter table only trading.accounts add constraint accounts_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.accounts add constraint accounts_venue_fkey FOREIGN KEY (venue) REFERENCES ref.venues(code) ON DELETE RESTRICT;
