-- daybook mirror: table trading.state_snapshots

create table trading.state_snapshots (
    account_id uuid not null,
    snapshot_id uuid not null,
    name text not null,
    as_of timestamp with time zone not null,
    state jsonb not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint state_snapshots_pkey PRIMARY KEY (account_id, snapshot_id)
);

alter table trading.state_snapshots owner to daybook_owner;

CREATE INDEX state_snapshots_latest_idx ON trading.state_snapshots USING btree (account_id, name, as_of, recorded_at);

comment on table trading.state_snapshots is 'States that programs saved to continue from, append-only; the latest of a name is the one to load.';
comment on column trading.state_snapshots.name is 'What the state is of, chosen by the program.';

grant select, insert on trading.state_snapshots to daybook_api;
grant select on trading.state_snapshots to daybook_lab_reader;
grant select on trading.state_snapshots to daybook_risk;

-- Once everything else exists:

alter table only trading.state_snapshots add constraint state_snapshots_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
