-- daybook mirror: domain trading.order_pending

create domain trading.order_pending as text
    constraint order_pending_known CHECK ((VALUE = ANY (ARRAY['none'::text, 'cancel'::text, 'replace'::text])));

alter domain trading.order_pending owner to daybook_owner;

comment on domain trading.order_pending is 'The request for an order that is under way at the venue: none, cancel or replace.';
