-- daybook mirror: table jobs.queues

create table jobs.queues (
    queue text not null,
    concurrency integer,
    paused boolean default false not null,
    version bigint default 1 not null,
    changed_at timestamp with time zone not null,
    ctx jsonb,
    constraint queues_pkey PRIMARY KEY (queue),
    constraint queues_concurrency_positive CHECK ((concurrency > 0)),
    constraint queues_name CHECK ((queue ~ '^[a-z][a-z0-9_]{0,40}$'::text))
);

alter table jobs.queues owner to daybook_owner;

comment on table jobs.queues is 'The queues there are. A job stays in the one into which it was put.';
comment on column jobs.queues.concurrency is 'At most so many of its jobs run at once, over all workers; null for no limit.';
comment on column jobs.queues.paused is 'Nothing is claimed from it; what runs goes on, and jobs may still be put in.';

grant select, insert, update on jobs.queues to daybook_api;
grant select on jobs.queues to daybook_lab_reader;
