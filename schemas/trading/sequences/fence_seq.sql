-- daybook mirror: sequence trading.fence_seq

create sequence trading.fence_seq as bigint;

alter sequence trading.fence_seq owner to daybook_owner;

comment on sequence trading.fence_seq is 'Numbers acquisitions of leases and increments of fences, of all bots: the upper part of tokens.';

grant usage on sequence trading.fence_seq to daybook_api;
