-- daybook mirror: table trading.cash_entries
-- needs: util/types/amount.sql

create table trading.cash_entries (
    account_id uuid not null,
    entry_id uuid not null,
    kind text not null,
    currency text not null,
    amount util.amount not null,
    occurred_at timestamp with time zone not null,
    reason text,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint cash_entries_pkey PRIMARY KEY (account_id, entry_id),
    constraint cash_entries_kind_known CHECK ((kind = ANY (ARRAY['deposit'::text, 'withdrawal'::text, 'transfer'::text, 'interest'::text, 'fee'::text, 'adjustment'::text]))),
    constraint cash_entries_sign CHECK (
CASE kind
    WHEN 'deposit'::text THEN ((amount)::numeric > (0)::numeric)
    WHEN 'withdrawal'::text THEN ((amount)::numeric < (0)::numeric)
    ELSE ((amount)::numeric <> (0)::numeric)
END)
);

alter table trading.cash_entries owner to daybook_owner;

CREATE INDEX cash_entries_occurred_idx ON trading.cash_entries USING btree (account_id, occurred_at);

comment on table trading.cash_entries is 'Cash that came or went without a trade, append-only.';
comment on column trading.cash_entries.kind is 'deposit and withdrawal cross the border of the business, transfer is between own accounts; interest, fee and adjustment are results.';
comment on column trading.cash_entries.amount is 'Positive for what came, negative for what went.';
comment on column trading.cash_entries.occurred_at is 'When it happened, as the caller says.';
comment on column trading.cash_entries.reason is 'Why, in the words of the caller; an adjustment must have one.';

grant select, insert on trading.cash_entries to daybook_api;
grant select on trading.cash_entries to daybook_audit;
grant select on trading.cash_entries to daybook_lab_reader;
grant select on trading.cash_entries to daybook_risk;

-- Once everything else exists:

alter table only trading.cash_entries add constraint cash_entries_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.cash_entries add constraint cash_entries_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
