-- daybook mirror: domain trading.order_origin

create domain trading.order_origin as text
    constraint order_origin_known CHECK ((VALUE = ANY (ARRAY['local'::text, 'external'::text, 'claimed'::text])));

alter domain trading.order_origin owner to daybook_owner;

comment on domain trading.order_origin is 'How an order came into the book: local, external or claimed.';
