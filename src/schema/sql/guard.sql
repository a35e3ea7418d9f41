-- Why this session should not run a daemon that writes the schemas $1; no rows: nothing against it.
with who as (
    select r.oid, r.rolname, r.rolsuper, r.rolbypassrls
      from pg_catalog.pg_roles as r
     where r.rolname in (session_user, current_user)
), found as (
    select 1 as step, pg_catalog.format('the role "%s" is a superuser', w.rolname) as reason from who as w where w.rolsuper
     union all
    select 2, pg_catalog.format('the role "%s" bypasses row security', w.rolname) from who as w where w.rolbypassrls and not w.rolsuper
     union all
    -- what a login may become with set role, it is one statement away from
    select 3, pg_catalog.format('the role "%s" may act as the owner of %s in the schema "%s", the role "%s"', x.rolname,
                                case x.relations when 1 then 'a relation' else x.relations || ' relations' end, x.nspname,
                                pg_catalog.pg_get_userbyid(x.relowner))
      from (select w.rolname, n.nspname, c.relowner, pg_catalog.count(*) as relations
              from pg_catalog.pg_class as c
              join pg_catalog.pg_namespace as n on n.oid = c.relnamespace and n.nspname = any ($1::text[])
              join who as w on not w.rolsuper and pg_catalog.pg_has_role(w.oid, c.relowner, 'MEMBER')
             where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
             group by w.rolname, n.nspname, c.relowner) as x
     union all
    select 4, pg_catalog.format('the role "%s" may create objects in the schema "%s" of its search path', w.rolname, n.nspname)
      from who as w
     cross join pg_catalog.unnest(pg_catalog.current_schemas(false)) as s (name)
      join pg_catalog.pg_namespace as n on n.nspname = s.name and n.nspname !~ '^pg_temp'
     where not w.rolsuper and pg_catalog.has_schema_privilege(w.oid, n.oid, 'CREATE')
)
select f.reason from found as f order by f.step, f.reason
