-- daybook mirror: domain trading.liquidity

create domain trading.liquidity as text
    constraint liquidity_known CHECK ((VALUE = ANY (ARRAY['maker'::text, 'taker'::text])));

alter domain trading.liquidity owner to daybook_owner;

comment on domain trading.liquidity is 'maker or taker.';
