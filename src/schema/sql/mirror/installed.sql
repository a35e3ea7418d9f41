-- Whose the installation is, from the catalogs alone, so that a login without any right may ask: the owner of the schema
-- daybook, and, when that is "<prefix>owner" and a role "<prefix>api" owns something here, that prefix.
select pg_catalog.pg_get_userbyid(n.nspowner) as owner,
       case when exists (select
                           from pg_catalog.pg_roles as r
                          where r.rolname = p.prefix || 'api'
                            and exists (select from pg_catalog.pg_proc as f where f.proowner = r.oid))
            then p.prefix end as prefix,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
       and not exists (select from pg_catalog.pg_class as c
                        where c.relnamespace = n.oid and c.relkind = 'r' and not pg_catalog.has_table_privilege(c.oid, 'SELECT')) as readable
  from pg_catalog.pg_namespace as n
 cross join lateral (select substring(pg_catalog.pg_get_userbyid(n.nspowner) from '^(.*)owner$') as prefix) as p
 where n.nspname = 'daybook'
