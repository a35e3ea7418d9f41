-- daybook mirror: table ref.currencies

create table ref.currencies (
    code text not null,
    name text not null,
    kind text not null,
    registered_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint currencies_pkey PRIMARY KEY (code),
    constraint currencies_code_form CHECK ((code ~ '^[A-Z0-9][A-Z0-9._-]{0,29}$'::text)),
    constraint currencies_kind_known CHECK ((kind = ANY (ARRAY['fiat'::text, 'crypto'::text, 'stablecoin'::text, 'commodity'::text, 'index'::text, 'other'::text])))
);

alter table ref.currencies owner to daybook_owner;

comment on table ref.currencies is 'Everything that can be an instrument''s base, quote or settlement, or pay a fee.';
comment on column ref.currencies.code is 'Upper-case code as venues write it: USD, BTC, USDT.';
comment on column ref.currencies.kind is 'fiat, crypto, stablecoin, commodity, index or other.';

grant select, insert on ref.currencies to daybook_api;
grant select on ref.currencies to daybook_lab_reader;
