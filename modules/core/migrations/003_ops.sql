-- The opening stamp: every run of a program is a session with an id of its own, and what it writes names that id in ctx.

create schema if not exists ops;
comment on schema ops is 'Operation of the installation: runtime sessions, and later smokes and their results.';

create table ops.sessions (
    session_id uuid        not null,
    program    text        not null,
    version    text        not null,
    host       text        not null,
    pid        integer     not null,
    role_name  name        not null default session_user,
    started_at timestamptz not null,
    ended_at   timestamptz,
    end_reason text,
    ctx        jsonb,
    end_ctx    jsonb,
    constraint sessions_pkey primary key (session_id),
    constraint sessions_end_whole check ((ended_at is null) = (end_reason is null))
);
comment on table ops.sessions is
    'One row per run of a program against this database; rows written in it carry its id in ctx under the key session.';
comment on column ops.sessions.version is 'Version of the program, as it reports itself.';
comment on column ops.sessions.host is 'Name of the machine the program runs on, as it reports itself.';
comment on column ops.sessions.role_name is 'The database role that was logged in when the session was opened.';
comment on column ops.sessions.ended_at is
    'Null while the session is open, and for ever when the program died without closing it.';
comment on column ops.sessions.ctx is 'Context of the call that opened the session.';
comment on column ops.sessions.end_ctx is 'Context of the call that closed the session.';
