-- daybook mirror: table trading.deploys

create table trading.deploys (
    account_id uuid not null,
    deploy_id uuid not null,
    bot_id uuid,
    service text,
    image_tag text not null,
    strategy_params jsonb,
    tolerance interval,
    reason text not null,
    actor text not null,
    state text default 'requested'::text not null,
    step bigint default 0 not null,
    started_at timestamp with time zone default clock_timestamp() not null,
    started_by name default SESSION_USER not null,
    updated_at timestamp with time zone default clock_timestamp() not null,
    shadow_since timestamp with time zone,
    shadow_until timestamp with time zone,
    from_deploy_id uuid,
    from_image_tag text,
    from_strategy_params jsonb,
    ctx jsonb,
    subject text generated always as (COALESCE((bot_id)::text, service)) stored not null,
    constraint deploys_pkey PRIMARY KEY (account_id, deploy_id),
    constraint deploys_bot_whole CHECK ((num_nulls(strategy_params, tolerance) =
CASE
    WHEN (bot_id IS NULL) THEN 2
    ELSE 0
END)),
    constraint deploys_params_object CHECK ((jsonb_typeof(strategy_params) = 'object'::text)),
    constraint deploys_service_of_none CHECK (((service IS NOT NULL) = (account_id = '00000000-0000-0000-0000-000000000000'::uuid))),
    constraint deploys_state_known CHECK ((state = ANY (ARRAY['requested'::text, 'starting'::text, 'shadowing'::text, 'switching'::text, 'active'::text, 'replaced'::text, 'failed'::text, 'rolled_back'::text, 'canceled'::text]))),
    constraint deploys_subject_one CHECK ((num_nonnulls(bot_id, service) = 1)),
    constraint deploys_tolerance_positive CHECK ((tolerance >= '00:00:00'::interval))
);

alter table trading.deploys owner to daybook_owner;

CREATE UNIQUE INDEX deploys_in_force_key ON trading.deploys USING btree (account_id, subject) WHERE (state = ANY (ARRAY['switching'::text, 'active'::text]));
CREATE UNIQUE INDEX deploys_under_way_key ON trading.deploys USING btree (account_id, subject) WHERE (state = ANY (ARRAY['requested'::text, 'starting'::text, 'shadowing'::text, 'switching'::text]));

comment on table trading.deploys is 'One row per deploy of a bot or a service: the build that shall take over, and how far it has come. What it goes through is in trading.deploy_steps.';
comment on column trading.deploys.account_id is 'The account of the bot; the nil uuid for a service.';
comment on column trading.deploys.image_tag is 'Green, the build that shall take over.';
comment on column trading.deploys.strategy_params is 'What green is started with, and what the bot has from the switch on.';
comment on column trading.deploys.tolerance is 'How far apart in time two orders without a common key may be and still be compared with each other.';
comment on column trading.deploys.step is 'Number of the latest step.';
comment on column trading.deploys.shadow_since is 'From when on blue''s orders are compared with those that green would have given.';
comment on column trading.deploys.from_deploy_id is 'The deploy that was in force until the switch; null if none was.';
comment on column trading.deploys.from_image_tag is 'Blue, the build that was in force until the switch, and to which a roll back leads.';
comment on column trading.deploys.subject is 'What is deployed, derived: the bot or the service.';

grant select, insert on trading.deploys to daybook_api;
grant select on trading.deploys to daybook_audit;
grant select on trading.deploys to daybook_lab_reader;
grant select on trading.deploys to daybook_risk;
grant update (state, step, updated_at, shadow_since, shadow_until, from_deploy_id, from_image_tag, from_strategy_params) on trading.deploys to daybook_api;

-- Once everything else exists:

alter table only trading.deploys add constraint deploys_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
alter table only trading.deploys add constraint deploys_from_fkey FOREIGN KEY (account_id, from_deploy_id) REFERENCES trading.deploys(account_id, deploy_id) ON DELETE RESTRICT;
