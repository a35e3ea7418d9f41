-- Default privileges, said last: they must not touch what is created on the way. $1 schemas. Those of one schema stand in its
-- file and only add to the general ones, which stand in the file of the database.
with object as (
    select a.oid, a.defaclnamespace, a.defaclrole, a.defaclobjtype,
           case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
                                when 'n' then 'schemas' else 'large objects' end as kind,
           format('alter default privileges for role %I%s', pg_get_userbyid(a.defaclrole),
                  coalesce(' in schema ' || quote_ident(n.nspname), '')) as start,
           a.defaclacl as acl,
           case when a.defaclnamespace = 0
                then acldefault(case a.defaclobjtype when 'S' then 's'::"char" else a.defaclobjtype end, a.defaclrole)
                end as base
      from pg_default_acl as a
      left join pg_namespace as n on n.oid = a.defaclnamespace
     where a.defaclnamespace = any ($1::oid[])
        or a.defaclnamespace = 0
), side as (
    select o.oid, x.grantee, x.privilege_type, x.is_grantable, true as held
      from object as o
     cross join lateral aclexplode(o.acl) as x
     union all
    select o.oid, x.grantee, x.privilege_type, false, false
      from object as o
     cross join lateral aclexplode(o.base) as x
), statement as (
    select s.oid, s.grantee, s.privilege_type, bool_or(s.is_grantable) as grantable,
           case when bool_or(s.held) then 'grant' else 'revoke' end as verb
      from side as s
     group by s.oid, s.grantee, s.privilege_type
    having bool_or(s.is_grantable)
        or bool_or(s.held) <> bool_or(not s.held)
)
select case o.defaclnamespace when 0 then 'd' else 'n' end as class, o.defaclnamespace as oid, 95 as section,
       o.start || o.kind || s.verb || w.name || s.grantable::text as sort,
       format('%s %s %s on %s %s %s%s;', o.start, s.verb, string_agg(lower(s.privilege_type), ', ' order by s.privilege_type collate "C"),
              o.kind, case s.verb when 'revoke' then 'from' else 'to' end, w.name,
              case when s.grantable then ' with grant option' else '' end) as sql,
       null::text as bare, null::text as later,
       case when s.grantee <> 0 then pg_get_userbyid(s.grantee) end as role
  from statement as s
  join object as o on o.oid = s.oid
 cross join lateral (select case when s.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(s.grantee)) end as name) as w
 group by o.defaclnamespace, o.start, o.kind, s.verb, s.grantee, s.grantable, w.name
 union all
select case o.defaclnamespace when 0 then 'd' else 'n' end, o.defaclnamespace, 95, '', null, null, null, pg_get_userbyid(o.defaclrole)
  from object as o
