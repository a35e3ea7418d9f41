-- The schemas to write: all there are, but for those of the server itself and of extensions.
-- public exists in every database; it counts once something is in it or it is not as initdb made it.
select n.oid, n.nspname
  from pg_namespace as n
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend as d
                    where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
   and (n.nspname <> 'public'
        or n.nspowner <> 'pg_database_owner'::regrole
        or n.nspacl is distinct from (select i.initprivs from pg_init_privs as i
                                       where i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid)
        or obj_description(n.oid, 'pg_namespace') is distinct from 'standard public schema'
        or exists (select from pg_default_acl as a where a.defaclnamespace = n.oid)
        or exists (select from pg_depend as u
                    where u.refclassid = 'pg_namespace'::regclass and u.refobjid = n.oid
                      and not exists (select from pg_depend as e
                                       where e.classid = u.classid and e.objid = u.objid and e.deptype = 'e')
                      and not (u.classid = 'pg_extension'::regclass)))
