-- daybook mirror: table ops.sessions

create table ops.sessions (
    session_id uuid not null,
    program text not null,
    version text not null,
    host text not null,
    pid integer not null,
    role_name name default SESSION_USER not null,
    started_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    end_reason text,
    ctx jsonb,
    end_ctx jsonb,
    constraint sessions_pkey PRIMARY KEY (session_id),
    constraint sessions_end_whole CHECK (((ended_at IS NULL) = (end_reason IS NULL)))
);

alter table ops.sessions owner to daybook_owner;

comment on table ops.sessions is 'One row per run of a program against this database; rows written in it carry its id in ctx under the key session.';
comment on column ops.sessions.version is 'Version of the program, as it reports itself.';
comment on column ops.sessions.host is 'Name of the machine the program runs on, as it reports itself.';
comment on column ops.sessions.role_name is 'The database role that was logged in when the session was opened.';
comment on column ops.sessions.ended_at is 'Null while the session is open, and for ever when the program died without closing it.';
comment on column ops.sessions.ctx is 'Context of the call that opened the session.';
comment on column ops.sessions.end_ctx is 'Context of the call that closed the session.';

grant select, insert on ops.sessions to daybook_api;
grant select on ops.sessions to daybook_audit;
grant select on ops.sessions to daybook_console;
grant select on ops.sessions to daybook_monitor;
grant update (ended_at, end_reason, end_ctx) on ops.sessions to daybook_api;
