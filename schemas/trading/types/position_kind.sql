-- daybook mirror: domain trading.position_kind

create domain trading.position_kind as text
    constraint position_kind_known CHECK ((VALUE = ANY (ARRAY['spot'::text, 'perp'::text, 'inverse'::text])));

alter domain trading.position_kind owner to daybook_owner;

comment on domain trading.position_kind is 'How an instrument makes profit and loss: spot, perp (linear) or inverse.';
