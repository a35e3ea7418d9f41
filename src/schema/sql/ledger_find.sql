-- Whether the runner's schema is here, whose it is, and whether this login may read it.
select pg_catalog.pg_get_userbyid(n.nspowner) as owner,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') as readable,
       exists (select
                 from pg_catalog.pg_class as c
                where c.relnamespace = n.oid
                  and c.relname = 'bootstrap') as complete
  from pg_catalog.pg_namespace as n
 where n.nspname = 'daybook'
