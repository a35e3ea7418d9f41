-- daybook mirror: table trading.reconcile_runs

create table trading.reconcile_runs (
    account_id uuid not null,
    reconcile_id uuid not null,
    as_of timestamp with time zone not null,
    book_cash boolean not null,
    sections text[] not null,
    state_hash bytea not null,
    state jsonb not null,
    differences integer not null,
    adjustments integer not null,
    undecided integer not null,
    answer jsonb not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint reconcile_runs_pkey PRIMARY KEY (account_id, reconcile_id),
    constraint reconcile_runs_counts_whole CHECK (((adjustments > 0) AND (undecided >= 0) AND (differences = (adjustments + undecided))))
);

alter table trading.reconcile_runs owner to daybook_owner;

CREATE INDEX reconcile_runs_as_of_idx ON trading.reconcile_runs USING btree (account_id, as_of);

comment on table trading.reconcile_runs is 'Reconciliations that changed the book, append-only: what the venue said, and what was answered. One that finds nothing to do leaves nothing.';
comment on column trading.reconcile_runs.as_of is 'The moment of which the venue''s state tells.';
comment on column trading.reconcile_runs.book_cash is 'Whether differences of cash were to be booked.';
comment on column trading.reconcile_runs.sections is 'What was known of the venue''s state; the rest was not compared.';
comment on column trading.reconcile_runs.state_hash is 'SHA-256 of the text of state.';
comment on column trading.reconcile_runs.state is 'What the venue said, as received.';
comment on column trading.reconcile_runs.adjustments is 'Of the differences, what the run did something about.';
comment on column trading.reconcile_runs.undecided is 'Of the differences, those for which evidence or a decision is missing.';
comment on column trading.reconcile_runs.answer is 'The rows that were answered, in their order.';

grant select, insert on trading.reconcile_runs to daybook_api;
grant select on trading.reconcile_runs to daybook_audit;
grant select on trading.reconcile_runs to daybook_lab_reader;
grant select on trading.reconcile_runs to daybook_risk;

-- Once everything else exists:

alter table only trading.reconcile_runs add constraint reconcile_runs_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
