-- daybook mirror: domain trading.side

create domain trading.side as text
    constraint side_known CHECK ((VALUE = ANY (ARRAY['buy'::text, 'sell'::text])));

alter domain trading.side owner to daybook_owner;

comment on domain trading.side is 'buy or sell.';
