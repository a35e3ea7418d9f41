-- daybook mirror: domain trading.order_lifecycle

create domain trading.order_lifecycle as text
    constraint order_lifecycle_known CHECK ((VALUE = ANY (ARRAY['denied'::text, 'submitted'::text, 'accepted'::text, 'triggered'::text, 'canceled'::text, 'rejected'::text, 'expired'::text])));

alter domain trading.order_lifecycle owner to daybook_owner;

comment on domain trading.order_lifecycle is 'Where an order stands apart from its fills and pending requests.';
