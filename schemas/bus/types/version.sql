-- daybook mirror: domain bus.version

create domain bus.version as bigint
    constraint version_positive CHECK ((VALUE > 0));

alter domain bus.version owner to daybook_owner;

comment on domain bus.version is 'Number of an event within its aggregate, from 1.';
