-- daybook mirror: table trading.deploy_steps

create table trading.deploy_steps (
    account_id uuid not null,
    deploy_id uuid not null,
    step bigint not null,
    step_id uuid not null,
    outcome text not null,
    from_state text not null,
    to_state text not null,
    reason text not null,
    actor text not null,
    differences bigint,
    refusal_code text,
    refusal_detail text,
    config_version bigint,
    fence bigint,
    at timestamp with time zone default clock_timestamp() not null,
    made_by name default SESSION_USER not null,
    ctx jsonb,
    constraint deploy_steps_pkey PRIMARY KEY (account_id, deploy_id, step),
    constraint deploy_steps_step_key UNIQUE (account_id, step_id),
    constraint deploy_steps_outcome_known CHECK ((outcome = ANY (ARRAY['created'::text, 'refused'::text]))),
    constraint deploy_steps_refusal_whole CHECK ((num_nonnulls(refusal_code, refusal_detail) =
CASE outcome
    WHEN 'refused'::text THEN 2
    ELSE 0
END))
);

alter table trading.deploy_steps owner to daybook_owner;

comment on table trading.deploy_steps is 'Every step of every deploy, also refused ones, append-only; the answer to a repeated step_id is read from here.';
comment on column trading.deploy_steps.step_id is 'Identity of the step, chosen by the caller; that of a deploy which another replaced, or gave way to, is made of that one''s.';
comment on column trading.deploy_steps.differences is 'How many differences between blue and green the caller accepted.';
comment on column trading.deploy_steps.config_version is 'The version of the bot that the step made, where it made one.';
comment on column trading.deploy_steps.fence is 'The fence that the step set: no token below it counts any more.';
comment on column trading.deploy_steps.made_by is 'The database role that was logged in.';

grant select, insert on trading.deploy_steps to daybook_api;
grant select on trading.deploy_steps to daybook_audit;
grant select on trading.deploy_steps to daybook_lab_reader;
grant select on trading.deploy_steps to daybook_risk;

-- Once everything else exists:

alter table only trading.deploy_steps add constraint deploy_steps_deploy_fkey FOREIGN KEY (account_id, deploy_id) REFERENCES trading.deploys(account_id, deploy_id) ON DELETE RESTRICT;
