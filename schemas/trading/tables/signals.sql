-- daybook mirror: table trading.signals
-- needs: util/types/amount.sql

create table trading.signals (
    account_id uuid not null,
    signal_id uuid not null,
    bot_id uuid,
    run_id uuid,
    instrument_id uuid not null,
    name text not null,
    direction text not null,
    strength util.amount,
    price util.amount,
    valid_until timestamp with time zone,
    data jsonb not null,
    occurred_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint signals_pkey PRIMARY KEY (account_id, signal_id),
    constraint signals_data_object CHECK ((jsonb_typeof(data) = 'object'::text)),
    constraint signals_direction_known CHECK ((direction = ANY (ARRAY['long'::text, 'short'::text, 'flat'::text])))
);

alter table trading.signals owner to daybook_owner;

CREATE INDEX signals_bot_idx ON trading.signals USING btree (account_id, bot_id, occurred_at) WHERE (bot_id IS NOT NULL);
CREATE INDEX signals_occurred_idx ON trading.signals USING btree (account_id, occurred_at);

comment on table trading.signals is 'What strategies saw, append-only, whether anything came of it or not. A signal asks for nothing: an intent or an order does.';
comment on column trading.signals.bot_id is 'The bot whose signal it is; null where there is none, as in a backtest.';
comment on column trading.signals.name is 'Which signal of the strategy, in its own words.';
comment on column trading.signals.direction is 'What it speaks for: long, short or flat.';
comment on column trading.signals.strength is 'How strongly, on the scale of the strategy.';
comment on column trading.signals.price is 'The price at which it was seen.';
comment on column trading.signals.valid_until is 'From when on it means nothing any more; null where that is not said.';
comment on column trading.signals.occurred_at is 'When it was seen, as the caller says.';

grant select, insert on trading.signals to daybook_api;
grant select on trading.signals to daybook_lab_reader;
grant select on trading.signals to daybook_risk;

-- Once everything else exists:

alter table only trading.signals add constraint signals_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.signals add constraint signals_bot_fkey FOREIGN KEY (account_id, bot_id) REFERENCES trading.bot_configs(account_id, bot_id) ON DELETE RESTRICT;
alter table only trading.signals add constraint signals_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only trading.signals add constraint signals_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
