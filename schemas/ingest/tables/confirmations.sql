-- daybook mirror: table ingest.confirmations

create table ingest.confirmations (
    confirmed_by uuid not null,
    first_time timestamp with time zone not null,
    last_time timestamp with time zone not null,
    key jsonb,
    constraint confirmations_key UNIQUE NULLS NOT DISTINCT (confirmed_by, first_time, key),
    constraint confirmations_range_check CHECK ((first_time <= last_time))
);

alter table ingest.confirmations owner to daybook_owner;

comment on table ingest.confirmations is 'Rows that a batch stated again with the values that stood: all of its series that stood when it was loaded, from first_time to last_time, both included. Kept where the rows are of batches of lower precedence.';
comment on column ingest.confirmations.confirmed_by is 'The batch that said the same.';
comment on column ingest.confirmations.key is 'When not all rows of a moment were confirmed, the key of the one that was; else null.';

grant select, insert on ingest.confirmations to daybook_api;
grant select on ingest.confirmations to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.confirmations add constraint confirmations_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
