-- When the first step of a migration happened, in microseconds since 1970, and the end of the chain of all steps.
select (select (extract(epoch from s.happened_at) * 1000000)::bigint
          from daybook.migration_steps as s
         where s.module = $1
           and s.number = $2
         order by s.seq
         limit 1) as started_us,
       (select s.chain_hash
          from daybook.migration_steps as s
         order by s.seq desc
         limit 1) as steps_hash
