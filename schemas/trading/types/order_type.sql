-- daybook mirror: domain trading.order_type

create domain trading.order_type as text
    constraint order_type_known CHECK ((VALUE = ANY (ARRAY['market'::text, 'limit'::text, 'stop'::text, 'stop_limit'::text])));

alter domain trading.order_type owner to daybook_owner;

comment on domain trading.order_type is 'market, limit, stop or stop_limit.';
