-- daybook mirror: domain util.amount

create domain util.amount as numeric
    constraint amount_range CHECK ((abs(VALUE) < '100000000000000000000'::numeric))
    constraint amount_scale CHECK ((scale(VALUE) <= 18));

alter domain util.amount owner to daybook_owner;

comment on domain util.amount is 'Money, price or quantity as it was received: at most 20 integer digits and 18 decimals, neither NaN nor infinite.';
