-- daybook mirror: domain trading.time_in_force

create domain trading.time_in_force as text
    constraint time_in_force_known CHECK ((VALUE = ANY (ARRAY['gtc'::text, 'ioc'::text, 'fok'::text, 'day'::text, 'gtd'::text, 'post_only'::text])));

alter domain trading.time_in_force owner to daybook_owner;

comment on domain trading.time_in_force is 'How long an order stands: gtc, ioc, fok, day, gtd or post_only.';
