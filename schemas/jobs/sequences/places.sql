-- daybook mirror: sequence jobs.places

create sequence jobs.places as bigint;

alter sequence jobs.places owner to daybook_owner;

comment on sequence jobs.places is 'Places of jobs, drawn when they become ready.';

grant select, usage on sequence jobs.places to daybook_api;
