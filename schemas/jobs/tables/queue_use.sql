-- daybook mirror: table jobs.queue_use

create table jobs.queue_use (
    queue text not null,
    running integer default 0 not null,
    constraint queue_use_pkey PRIMARY KEY (queue),
    constraint queue_use_running_not_negative CHECK ((running >= 0))
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100, fillfactor=10);

alter table jobs.queue_use owner to daybook_owner;

comment on table jobs.queue_use is 'How many jobs of a queue with limited concurrency are running. Its row is the lock under which they are counted; of a queue without a limit nothing is counted.';

grant select, insert on jobs.queue_use to daybook_api;
grant select on jobs.queue_use to daybook_lab_reader;
grant update (running) on jobs.queue_use to daybook_api;

-- Once everything else exists:

alter table only jobs.queue_use add constraint queue_use_queue_fkey FOREIGN KEY (queue) REFERENCES jobs.queues(queue) ON DELETE RESTRICT;
