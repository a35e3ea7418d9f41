-- daybook mirror: domain trading.fill_flags

create domain trading.fill_flags as text[]
    constraint fill_flags_known CHECK ((VALUE <@ ARRAY['late'::text, 'overfill'::text, 'orphan'::text, 'out_of_order'::text, 'unpriced_fee'::text, 'corrected'::text, 'busted'::text, 'reconciled'::text]));

alter domain trading.fill_flags owner to daybook_owner;

comment on domain trading.fill_flags is 'late: after the order was closed. overfill: beyond the order''s quantity. orphan: the order is unknown here. out_of_order: older than a fill already applied. unpriced_fee: fee in a third asset without a rate. corrected, busted: a correction or bust had come before the fill. reconciled: made by a reconciliation, in the place of fills that the venue did not tell.';
