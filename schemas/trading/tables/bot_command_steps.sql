-- daybook mirror: table trading.bot_command_steps

create table trading.bot_command_steps (
    account_id uuid not null,
    command_id uuid not null,
    status text not null,
    taken_by text not null,
    detail text,
    recorded_at timestamp with time zone not null,
    recorded_by name default SESSION_USER not null,
    ctx jsonb,
    constraint bot_command_steps_pkey PRIMARY KEY (account_id, command_id, status),
    constraint bot_command_steps_status_known CHECK ((status = ANY (ARRAY['acknowledged'::text, 'done'::text, 'failed'::text])))
);

alter table trading.bot_command_steps owner to daybook_owner;

comment on table trading.bot_command_steps is 'How far commands came, append-only: each step with who took it.';
comment on column trading.bot_command_steps.taken_by is 'The bot or executor, in its own words.';
comment on column trading.bot_command_steps.detail is 'What there is to say, such as why it failed.';
comment on column trading.bot_command_steps.recorded_by is 'The database role that was logged in.';

grant select, insert on trading.bot_command_steps to daybook_api;
grant select on trading.bot_command_steps to daybook_audit;
grant select on trading.bot_command_steps to daybook_lab_reader;
grant select on trading.bot_command_steps to daybook_risk;

-- Once everything else exists:

alter table only trading.bot_command_steps add constraint bot_command_steps_command_fkey FOREIGN KEY (account_id, command_id) REFERENCES trading.bot_commands(account_id, command_id) ON DELETE RESTRICT;
