-- daybook mirror: domain trading.order_event

create domain trading.order_event as text
    constraint order_event_known CHECK ((VALUE = ANY (ARRAY['acknowledge'::text, 'trigger'::text, 'reject'::text, 'cancel_request'::text, 'cancel'::text, 'cancel_reject'::text, 'replace_request'::text, 'replace'::text, 'replace_reject'::text, 'expire'::text, 'outcome_unknown'::text])));

alter domain trading.order_event owner to daybook_owner;

comment on domain trading.order_event is 'What can happen to an order besides its submission and its fills.';
