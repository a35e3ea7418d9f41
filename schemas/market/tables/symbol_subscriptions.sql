-- daybook mirror: table market.symbol_subscriptions

create table market.symbol_subscriptions (
    account_id uuid not null,
    bot_id uuid not null,
    instrument_id uuid not null,
    stream text not null,
    active boolean not null,
    version bigint default 1 not null,
    changed_at timestamp with time zone default clock_timestamp() not null,
    changed_by name default SESSION_USER not null,
    ctx jsonb,
    constraint symbol_subscriptions_pkey PRIMARY KEY (account_id, bot_id, instrument_id, stream),
    constraint symbol_subscriptions_version_positive CHECK ((version > 0))
);

alter table market.symbol_subscriptions owner to daybook_owner;

CREATE INDEX symbol_subscriptions_wanted_idx ON market.symbol_subscriptions USING btree (instrument_id, stream) WHERE active;

comment on table market.symbol_subscriptions is 'Which streams of which instruments a bot wants to be kept current. The bot is in the book, which may be on another server.';
comment on column market.symbol_subscriptions.account_id is 'Account of the bot.';
comment on column market.symbol_subscriptions.bot_id is 'The bot (trading.bot_configs).';
comment on column market.symbol_subscriptions.instrument_id is 'The instrument it wants to hear of.';
comment on column market.symbol_subscriptions.stream is 'Kind of data: klines, agg_trades, book_tickers and so on.';
comment on column market.symbol_subscriptions.active is 'False after it was ended.';
comment on column market.symbol_subscriptions.version is 'Rises by one with every change; it is the version of its events.';
comment on column market.symbol_subscriptions.changed_at is 'When it was made or ended last.';
comment on column market.symbol_subscriptions.changed_by is 'The role that did so.';
comment on column market.symbol_subscriptions.ctx is 'Session, actor and correlation of the last change.';

grant select, insert on market.symbol_subscriptions to daybook_api;
grant select on market.symbol_subscriptions to daybook_lab_reader;
grant update (active, version, changed_at, changed_by, ctx) on market.symbol_subscriptions to daybook_api;

-- Once everything else exists:

alter table only market.symbol_subscriptions add constraint symbol_subscriptions_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
