-- daybook mirror: table trading.decision_log

create table trading.decision_log (
    account_id uuid not null,
    entry_id uuid not null,
    kind text not null,
    occurred_at timestamp with time zone not null,
    run_id uuid,
    content jsonb not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint decision_log_pkey PRIMARY KEY (account_id, entry_id),
    constraint decision_log_content_object CHECK ((jsonb_typeof(content) = 'object'::text)),
    constraint decision_log_kind_known CHECK ((kind = ANY (ARRAY['decision'::text, 'error'::text, 'state_transition'::text, 'reconciliation'::text])))
);

alter table trading.decision_log owner to daybook_owner;

CREATE INDEX decision_log_kind_idx ON trading.decision_log USING btree (account_id, kind, occurred_at);
CREATE INDEX decision_log_occurred_idx ON trading.decision_log USING btree (account_id, occurred_at);

comment on table trading.decision_log is 'What programs and people say of their own doing, append-only. Refusals and other answers of the book are in audit.audit_log, changes of orders in order_events.';
comment on column trading.decision_log.kind is 'decision: something was done, or left, for a reason. error: something went wrong. state_transition: the program went from one state to another. reconciliation: what a comparison with the venue found.';
comment on column trading.decision_log.occurred_at is 'When it happened, as the caller says.';
comment on column trading.decision_log.content is 'What there is to say, in the words of the program; an object.';

grant select, insert on trading.decision_log to daybook_api;
grant select on trading.decision_log to daybook_audit;
grant select on trading.decision_log to daybook_lab_reader;
grant select on trading.decision_log to daybook_risk;

-- Once everything else exists:

alter table only trading.decision_log add constraint decision_log_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.decision_log add constraint decision_log_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
