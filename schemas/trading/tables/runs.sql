-- daybook mirror: table trading.runs

create table trading.runs (
    account_id uuid not null,
    run_id uuid not null,
    kind text not null,
    strategy text not null,
    code_revision text,
    params jsonb not null,
    status text default 'running'::text not null,
    version bigint default 1 not null,
    started_at timestamp with time zone default clock_timestamp() not null,
    finished_at timestamp with time zone,
    ctx jsonb,
    finish_ctx jsonb,
    constraint runs_pkey PRIMARY KEY (account_id, run_id),
    constraint runs_finished_whole CHECK (((status = 'running'::text) = (finished_at IS NULL))),
    constraint runs_kind_known CHECK ((kind = ANY (ARRAY['backtest'::text, 'paper'::text, 'live'::text]))),
    constraint runs_status_known CHECK ((status = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text, 'interrupted'::text])))
);

alter table trading.runs owner to daybook_owner;

comment on table trading.runs is 'One row per run of a strategy on an account: backtest, paper or live.';
comment on column trading.runs.code_revision is 'Revision of the strategy''s source, so that a result can be traced to the code that made it.';
comment on column trading.runs.params is 'Parameters of the strategy, as it was started.';
comment on column trading.runs.ctx is 'Context of the call that started the run.';
comment on column trading.runs.finish_ctx is 'Context of the call that finished the run.';

grant select, insert on trading.runs to daybook_api;
grant select on trading.runs to daybook_audit;
grant select on trading.runs to daybook_lab_reader;
grant select on trading.runs to daybook_risk;
grant update (status, version, finished_at, finish_ctx) on trading.runs to daybook_api;

-- Once everything else exists:

alter table only trading.runs add constraint runs_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
