-- The steps of migrations that are not complete.
select s.module,
       s.number,
       s.statement,
       s.event,
       s.sha256,
       pg_catalog.to_char(s.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as happened_at
  from daybook.migration_steps as s
 where not exists (select
                     from daybook.migrations as m
                    where m.module = s.module
                      and m.number = s.number)
 order by s.seq
