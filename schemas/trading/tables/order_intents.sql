-- daybook mirror: table trading.order_intents
-- needs: trading/types/order_type.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: trading/types/time_in_force.sql
-- needs: util/types/amount.sql

create table trading.order_intents (
    account_id uuid not null,
    intent_id uuid not null,
    action text not null,
    order_id uuid not null,
    bot_id uuid,
    instrument_id uuid,
    position_key text,
    run_id uuid,
    side trading.side,
    type trading.order_type,
    time_in_force trading.time_in_force,
    qty trading.quantity,
    price util.amount,
    stop_price util.amount,
    reference_price util.amount,
    reason text,
    requested_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    ctx jsonb,
    status text not null,
    claim_id uuid,
    claim_place bigint,
    claimed_by text,
    claimed_at timestamp with time zone,
    claim_ctx jsonb,
    settled_at timestamp with time zone,
    settle_ctx jsonb,
    refusal_code text,
    refusal_detail text,
    version bigint default 1 not null,
    constraint order_intents_pkey PRIMARY KEY (account_id, intent_id),
    constraint order_intents_claim_key UNIQUE (account_id, claim_id, claim_place),
    constraint order_intents_action_known CHECK ((action = ANY (ARRAY['submit'::text, 'cancel'::text, 'replace'::text]))),
    constraint order_intents_claim_whole CHECK ((num_nulls(claim_id, claim_place, claimed_by, claimed_at) = ANY (ARRAY[0, 4]))),
    constraint order_intents_order_whole CHECK (((action <> 'submit'::text) OR ((order_id = intent_id) AND (num_nulls(instrument_id, position_key, side, type, time_in_force, qty) = 0)))),
    constraint order_intents_refusal_whole CHECK (((refusal_code IS NOT NULL) = (status = ANY (ARRAY['refused'::text, 'expired'::text, 'declined'::text])))),
    constraint order_intents_settled_whole CHECK (((settled_at IS NULL) = (status = ANY (ARRAY['requested'::text, 'claimed'::text])))),
    constraint order_intents_status_known CHECK ((status = ANY (ARRAY['requested'::text, 'claimed'::text, 'done'::text, 'refused'::text, 'expired'::text, 'declined'::text])))
)
with (fillfactor=70);

alter table trading.order_intents owner to daybook_owner;

CREATE INDEX order_intents_open_idx ON trading.order_intents USING btree (account_id, requested_at, intent_id) WHERE (settled_at IS NULL);
CREATE INDEX order_intents_requested_idx ON trading.order_intents USING btree (account_id, requested_at);

comment on table trading.order_intents is 'The queue from a bot to the executor: one row per order, cancel or replace that was asked for, which never changes, and what became of it.';
comment on column trading.order_intents.intent_id is 'Identity of the request, chosen by the caller; also that of the order, or of the event of the order, that comes of it.';
comment on column trading.order_intents.action is 'submit, cancel or replace.';
comment on column trading.order_intents.bot_id is 'The bot in whose name it was asked; its token is in ctx. Null where no bot was named.';
comment on column trading.order_intents.reference_price is 'What the caller takes for the price of an order that names none.';
comment on column trading.order_intents.expires_at is 'By the clock of the database: from then on it is not submitted any more.';
comment on column trading.order_intents.status is 'requested; claimed: an executor has taken it; done: the order was submitted, or its cancel or replace asked for; refused: by the book, when it was asked or when it was submitted; expired; declined: by an executor.';
comment on column trading.order_intents.claim_id is 'Identity of the claim by which an executor has taken it, chosen by the executor.';
comment on column trading.order_intents.claim_place is 'Its place among those of the claim, oldest first.';
comment on column trading.order_intents.claimed_by is 'The executor in its own words, by which it finds what it had claimed when it comes back.';
comment on column trading.order_intents.version is 'Number of the latest event of the intent.';

grant select, insert on trading.order_intents to daybook_api;
grant select on trading.order_intents to daybook_audit;
grant select on trading.order_intents to daybook_lab_reader;
grant select on trading.order_intents to daybook_risk;
grant update (status, claim_id, claim_place, claimed_by, claimed_at, claim_ctx, settled_at, settle_ctx, refusal_code, refusal_detail, version) on trading.order_intents to daybook_api;

-- Once everything else exists:

alter table only trading.order_intents add constraint order_intents_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.order_intents add constraint order_intents_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
alter table only trading.order_intents add constraint order_intents_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only trading.order_intents add constraint order_intents_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
