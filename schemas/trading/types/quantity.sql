-- daybook mirror: domain trading.quantity
-- needs: util/types/amount.sql

create domain trading.quantity as util.amount
    constraint quantity_positive CHECK (((VALUE)::numeric > (0)::numeric));

alter domain trading.quantity owner to daybook_owner;

comment on domain trading.quantity is 'An amount greater than zero; the direction is said by the side.';
