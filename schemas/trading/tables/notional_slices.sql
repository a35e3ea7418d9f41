-- daybook mirror: table trading.notional_slices

create table trading.notional_slices (
    account_id uuid not null,
    bot_id uuid not null,
    day date not null,
    currency text not null,
    slice integer not null,
    used numeric default 0 not null,
    bot_room numeric,
    global_room numeric,
    constraint notional_slices_pkey PRIMARY KEY (account_id, bot_id, day, currency, slice),
    constraint notional_slices_slice_positive CHECK ((slice > 0))
)
with (fillfactor=50);

alter table trading.notional_slices owner to daybook_owner;

CREATE INDEX notional_slices_day_idx ON trading.notional_slices USING btree (day, currency);

comment on table trading.notional_slices is 'What a bot (the nil uuid: orders without a bot) has used of a day, and what it was handed of the caps and has not used; as many rows as submissions were under way at once.';
comment on column trading.notional_slices.used is 'What was counted here; the sum over the slices, with trading.notional_moves, is what the orders of the day count.';
comment on column trading.notional_slices.bot_room is 'Handed out of the cap of the bot and not used; null when the bot has none.';
comment on column trading.notional_slices.global_room is 'Handed out of the cap of all trading and not used; null when there is none.';

grant select, insert on trading.notional_slices to daybook_api;
grant select on trading.notional_slices to daybook_lab_reader;
grant select on trading.notional_slices to daybook_risk;
grant update (used, bot_room, global_room) on trading.notional_slices to daybook_api;
