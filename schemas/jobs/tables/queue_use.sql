-- daybook mirror: table jobs.queue_use

create table jobs.queue_use (
    queue text not null,
    number bigint not null,
    running integer not null,
    constraint queue_use_pkey PRIMARY KEY (queue, number),
    constraint queue_use_running_not_negative CHECK ((running >= 0))
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100);

alter table jobs.queue_use owner to daybook_owner;

comment on table jobs.queue_use is 'How many jobs of a queue with limited concurrency are running: the row with the highest number, and none means none. Counted by who has locked the row of the queue; of a queue without a limit nothing is counted.';

grant select, insert, delete on jobs.queue_use to daybook_api;
grant select on jobs.queue_use to daybook_lab_reader;
