-- daybook mirror: table trading.bot_commands

create table trading.bot_commands (
    account_id uuid not null,
    command_id uuid not null,
    bot_id uuid not null,
    kind text not null,
    arguments jsonb not null,
    reason text not null,
    actor text not null,
    issued_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    issued_by name default SESSION_USER not null,
    ctx jsonb,
    status text default 'pending'::text not null,
    version bigint default 1 not null,
    constraint bot_commands_pkey PRIMARY KEY (account_id, command_id),
    constraint bot_commands_arguments_object CHECK ((jsonb_typeof(arguments) = 'object'::text)),
    constraint bot_commands_kind_known CHECK ((kind = ANY (ARRAY['flatten'::text, 'pause'::text, 'resume'::text, 'reconcile'::text, 'stop'::text]))),
    constraint bot_commands_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'acknowledged'::text, 'done'::text, 'failed'::text])))
);

alter table trading.bot_commands owner to daybook_owner;

CREATE INDEX bot_commands_issued_idx ON trading.bot_commands USING btree (account_id, issued_at);
CREATE INDEX bot_commands_open_idx ON trading.bot_commands USING btree (account_id, issued_at, command_id) WHERE (status = ANY (ARRAY['pending'::text, 'acknowledged'::text]));

comment on table trading.bot_commands is 'What risk or manager tell a bot, or the executor that serves it, to do: flatten, pause, resume, reconcile or stop; and how far that is.';
comment on column trading.bot_commands.command_id is 'Identity of the command, chosen by the caller.';
comment on column trading.bot_commands.arguments is 'What the kind of command takes, in the words of the programs; an object.';
comment on column trading.bot_commands.actor is 'The person or program that commands.';
comment on column trading.bot_commands.expires_at is 'By the clock of the database: who has not acknowledged it by then shall not obey it any more.';
comment on column trading.bot_commands.issued_by is 'The database role that was logged in.';
comment on column trading.bot_commands.status is 'pending, acknowledged, done or failed: the latest of trading.bot_command_steps.';
comment on column trading.bot_commands.version is 'Number of the latest event of the command.';

grant select, insert on trading.bot_commands to daybook_api;
grant select on trading.bot_commands to daybook_audit;
grant select on trading.bot_commands to daybook_lab_reader;
grant select on trading.bot_commands to daybook_risk;
grant update (status, version) on trading.bot_commands to daybook_api;

-- Once everything else exists:

alter table only trading.bot_commands add constraint bot_commands_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
