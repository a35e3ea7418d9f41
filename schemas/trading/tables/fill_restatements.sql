-- daybook mirror: table trading.fill_restatements

create table trading.fill_restatements (
    account_id uuid not null,
    fill_id uuid not null,
    position_cycle bigint not null,
    position_qty numeric not null,
    realized_gross numeric not null,
    realized_net numeric not null,
    constraint fill_restatements_pkey PRIMARY KEY (account_id, fill_id)
);

alter table trading.fill_restatements owner to daybook_owner;

comment on table trading.fill_restatements is 'What a fill realises now, for each fill of which a bust or correction, of it or of one before it, made something else than was answered. Derived.';
comment on column trading.fill_restatements.position_cycle is 'Cycle of the position after this fill.';
comment on column trading.fill_restatements.position_qty is 'Quantity of the position after this fill.';

grant select, insert, delete on trading.fill_restatements to daybook_api;
grant select on trading.fill_restatements to daybook_lab_reader;
grant select on trading.fill_restatements to daybook_risk;

-- Once everything else exists:

alter table only trading.fill_restatements add constraint fill_restatements_fill_fkey FOREIGN KEY (account_id, fill_id) REFERENCES trading.fills(account_id, fill_id) ON DELETE RESTRICT;
