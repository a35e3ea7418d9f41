-- daybook mirror: sequence jobs.claim_numbers

create sequence jobs.claim_numbers as bigint;

alter sequence jobs.claim_numbers owner to daybook_owner;

comment on sequence jobs.claim_numbers is 'Counts claims, so that some begin at the other end: with the lowest priority, or another queue.';

grant select, usage on sequence jobs.claim_numbers to daybook_api;
