-- daybook mirror: table trading.notional_caps

create table trading.notional_caps (
    account_id uuid not null,
    bot_id uuid not null,
    currency text not null,
    limit_amount numeric,
    slice numeric,
    version bigint not null,
    updated_at timestamp with time zone not null,
    constraint notional_caps_pkey PRIMARY KEY (account_id, bot_id, currency),
    constraint notional_caps_limit_not_negative CHECK ((limit_amount >= (0)::numeric)),
    constraint notional_caps_scope_whole CHECK (((account_id = '00000000-0000-0000-0000-000000000000'::uuid) = (bot_id = '00000000-0000-0000-0000-000000000000'::uuid))),
    constraint notional_caps_slice_positive CHECK ((slice > (0)::numeric))
);

alter table trading.notional_caps owner to daybook_owner;

comment on table trading.notional_caps is 'One row per bot and currency, and one per currency with nil uuids for all trading: how much may be asked for in a UTC day. It equals the newest row in trading.notional_cap_versions.';
comment on column trading.notional_caps.limit_amount is 'In the currency, which is that in which an instrument is quoted; null when the cap was removed.';
comment on column trading.notional_caps.slice is 'How much is handed out at a time, at least; null: a sixteenth of what is left.';
comment on column trading.notional_caps.version is 'Number of the change that made the row so; without gaps within a cap.';

grant select, insert on trading.notional_caps to daybook_api;
grant select on trading.notional_caps to daybook_lab_reader;
grant select on trading.notional_caps to daybook_risk;
grant update (limit_amount, slice, version, updated_at) on trading.notional_caps to daybook_api;

-- Once everything else exists:

alter table only trading.notional_caps add constraint notional_caps_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
