-- Statements that make, on a throw-away server with a database called proof, the roles $1 as they are here, with their
-- memberships among each other and in roles of the server's own, and those of their rights that no mirror holds: on the database,
-- on the server's own languages, on parameters.
with our as (
    select r.* from pg_catalog.pg_roles as r where r.rolname = any ($1::text[])
), membership as (
    select g.rolname as role, u.rolname as member, pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean, true)) as inherits,
           pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true)) as settable
      from pg_catalog.pg_auth_members as m
      join pg_catalog.pg_roles as g on g.oid = m.roleid
      join our as u on u.oid = m.member
     where g.rolname ~ '^pg_' or g.oid in (select o.oid from our as o)
     group by g.rolname, u.rolname
), held as (
    select 'database proof' as target, x.grantee, x.privilege_type
      from pg_catalog.pg_database as d
     cross join lateral pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) as x
     where d.datname = pg_catalog.current_database()
     union all
    select pg_catalog.format('language %I', l.lanname), x.grantee, x.privilege_type
      from pg_catalog.pg_language as l
     cross join lateral pg_catalog.aclexplode(l.lanacl) as x
     where l.oid < 16384 and l.lanpltrusted
     union all
    select 'parameter ' || p.parname, x.grantee, x.privilege_type
      from pg_catalog.pg_parameter_acl as p
     cross join lateral pg_catalog.aclexplode(p.paracl) as x
), statement as (
    select 1 as step, pg_catalog.format('create role %I nologin%s%s%s%s%s', r.rolname, case when r.rolsuper then ' superuser' else '' end,
                                        case when r.rolinherit then '' else ' noinherit' end,
                                        case when r.rolbypassrls then ' bypassrls' else '' end,
                                        case when r.rolcreaterole then ' createrole' else '' end,
                                        case when r.rolcreatedb then ' createdb' else '' end) as sql
      from our as r
     union all
    select 2, pg_catalog.format('grant %I to %I', m.role, m.member)
              || case when m.inherits and m.settable then ''
                      else pg_catalog.format(' with inherit %s, set %s', m.inherits, m.settable) end
      from membership as m
     union all
    select 3, pg_catalog.format('revoke all on %s from public', h.target) from held as h where h.target !~ '^parameter ' group by h.target
     union all
    select 4, pg_catalog.format('grant %s on %s to %s', h.privilege_type, h.target,
                                case when h.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(h.grantee)) end)
      from held as h
     where h.grantee = 0 or h.grantee in (select o.oid from our as o)
)
select s.sql from statement as s order by s.step, s.sql
