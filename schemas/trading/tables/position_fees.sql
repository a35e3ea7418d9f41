-- daybook mirror: table trading.position_fees

create table trading.position_fees (
    account_id uuid not null,
    position_id uuid not null,
    currency text not null,
    fee_kind text not null,
    amount numeric not null,
    priced numeric default 0 not null,
    converted numeric default 0 not null,
    constraint position_fees_pkey PRIMARY KEY (account_id, position_id, currency),
    constraint position_fees_kind_known CHECK ((fee_kind = ANY (ARRAY['base'::text, 'other'::text])))
);

alter table trading.position_fees owner to daybook_owner;

comment on table trading.position_fees is 'Total of fees per position in each currency other than the position''s own, derived from the fills.';
comment on column trading.position_fees.fee_kind is 'base: taken from the quantity, already in realized_gross. other: a third asset.';
comment on column trading.position_fees.priced is 'Of amount, what came with a rate. The rest is in no sum of profit and loss.';
comment on column trading.position_fees.converted is 'Value of priced in the currency of the position, which is in fees of the position.';

grant select, insert on trading.position_fees to daybook_api;
grant select on trading.position_fees to daybook_lab_reader;
grant select on trading.position_fees to daybook_risk;
grant update (amount, priced, converted) on trading.position_fees to daybook_api;

-- Once everything else exists:

alter table only trading.position_fees add constraint position_fees_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.position_fees add constraint position_fees_position_fkey FOREIGN KEY (account_id, position_id) REFERENCES trading.positions(account_id, position_id) ON DELETE RESTRICT;
