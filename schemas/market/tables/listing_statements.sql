-- daybook mirror: table market.listing_statements

create table market.listing_statements (
    statement_id uuid not null,
    venue text not null,
    kind text not null,
    stated_at timestamp with time zone not null,
    sha256 bytea not null,
    instruments integer not null,
    passed_over integer not null,
    changed integer not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint listing_statements_pkey PRIMARY KEY (statement_id),
    constraint listing_statements_kind_check CHECK ((kind = ANY (ARRAY['spot'::text, 'perp'::text, 'inverse'::text]))),
    constraint listing_statements_sha256_check CHECK ((octet_length(sha256) = 32))
);

alter table market.listing_statements owner to daybook_owner;

comment on table market.listing_statements is 'Each list of instruments that a venue answered with, and what was new in it (market.listings).';
comment on column market.listing_statements.stated_at is 'The venue''s own time.';
comment on column market.listing_statements.sha256 is 'Hash of the list as it was understood.';
comment on column market.listing_statements.instruments is 'How many instruments of this kind it names.';
comment on column market.listing_statements.passed_over is 'How many entries are none: contracts that expire, currencies with names of another form.';
comment on column market.listing_statements.changed is 'How many instruments it says something else of than the list before.';
comment on column market.listing_statements.ctx is 'Session, actor and correlation of the sender.';

grant select, insert on market.listing_statements to daybook_api;
grant select on market.listing_statements to daybook_lab_reader;
grant update (instruments, passed_over, changed) on market.listing_statements to daybook_api;
