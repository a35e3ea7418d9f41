-- daybook mirror: table jobs.handlers

create table jobs.handlers (
    handler text not null,
    kind text not null,
    what text not null,
    timeout interval not null,
    description text not null,
    version bigint default 1 not null,
    changed_at timestamp with time zone not null,
    ctx jsonb,
    constraint handlers_pkey PRIMARY KEY (handler),
    constraint handlers_kind_check CHECK ((kind = ANY (ARRAY['function'::text, 'command'::text, 'http'::text]))),
    constraint handlers_name CHECK ((handler ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$'::text)),
    constraint handlers_timeout_check CHECK ((timeout > '00:00:00'::interval))
);

alter table jobs.handlers owner to daybook_owner;

comment on table jobs.handlers is 'What jobs may be done, by name. Who enqueues chooses among these and cannot say what is run; a worker runs commands and calls addresses only if it allows them as well.';
comment on column jobs.handlers.kind is 'function: of this database, called with the arguments and the context of the job. command: a program on the worker''s machine. http: an address that is posted to.';
comment on column jobs.handlers.what is 'Name of the function with its schema, name of the command as the worker knows it, or the address.';
comment on column jobs.handlers.timeout is 'After this time an attempt is ended and has failed.';

grant select, insert, update on jobs.handlers to daybook_api;
grant select on jobs.handlers to daybook_lab_reader;
