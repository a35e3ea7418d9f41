-- What is missing and what is too much, as the statements that would mend it, each with the role that must run it.
-- $1 schemas of the module, $2 owner role, $3 api role (null: there is one role only, and just PUBLIC is looked at),
-- $4 relations, $5 privileges, $6 columns of [api] in grants.conf. Rights of other roles, and what belongs to
-- other roles, are not looked at.
-- A null access list stands for the default one: for functions that lets PUBLIC execute.
with own as (
    select n.oid, n.nspname, n.nspacl, n.nspowner
      from pg_catalog.pg_namespace as n
     where n.nspname = any ($1::text[])
), role as (
    select r.oid, r.rolname, r.rolname = $3::name as api
      from pg_catalog.pg_roles as r
     where r.rolname in ($2::name, $3::name)
       and $3::name is not null
), wanted as (
    select w.relation, w.privilege, w.col
      from rows from (pg_catalog.unnest($4::text[]), pg_catalog.unnest($5::text[]), pg_catalog.unnest($6::text[])) as w (relation, privilege, col)
     where $3::name is not null
), schema_has as (
    select s.oid, x.privilege_type, r.rolname
      from own as s
     cross join lateral pg_catalog.aclexplode(coalesce(s.nspacl, pg_catalog.acldefault('n', s.nspowner))) as x
      join role as r on r.oid = x.grantee and r.api
     where x.grantee <> s.nspowner
), routine as (
    select p.oid, p.proowner, p.proacl,
           pg_catalog.format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' else 'function' end, s.nspname, p.proname,
                             pg_catalog.pg_get_function_identity_arguments(p.oid)) as name
      from pg_catalog.pg_proc as p
      join own as s on s.oid = p.pronamespace
), routine_has as (
    select p.oid, p.name, p.proowner, x.grantee
      from routine as p
     cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as x
), relation as (
    select c.oid, c.relowner, c.relacl, c.relkind, s.nspname || '.' || c.relname as plain,
           pg_catalog.format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, s.nspname, c.relname) as name
      from pg_catalog.pg_class as c
      join own as s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), relation_has as (
    select c.oid, x.privilege_type, null::name as col
      from relation as c
     cross join lateral pg_catalog.aclexplode(coalesce(c.relacl,
               pg_catalog.acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner))) as x
      join role as r on r.oid = x.grantee and r.api
     where x.grantee <> c.relowner
     union all
    select c.oid, x.privilege_type, a.attname
      from relation as c
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attacl is not null
     cross join lateral pg_catalog.aclexplode(a.attacl) as x
      join role as r on r.oid = x.grantee and r.api
     where x.grantee <> c.relowner
), mend as (
    select 1 as step, s.nspowner as owner, pg_catalog.format('revoke %s on schema %I from %I', h.privilege_type, s.nspname, h.rolname) as sql
      from schema_has as h
      join own as s on s.oid = h.oid
     where h.privilege_type <> 'USAGE'
     union all
    select 2, s.nspowner, pg_catalog.format('grant usage on schema %I to %I', s.nspname, r.rolname)
      from own as s
      join role as r on r.api and r.oid <> s.nspowner
     where not exists (select from schema_has as h where h.oid = s.oid and h.privilege_type = 'USAGE')
     union all
    select 3, h.proowner, pg_catalog.format('revoke all on %s from public', h.name)
      from routine_has as h
     where h.grantee = 0
     union all
    select 4, p.proowner, pg_catalog.format('grant execute on %s to %I', p.name, r.rolname)
      from routine as p
      join role as r on r.oid <> p.proowner
     where not exists (select from routine_has as h where h.oid = p.oid and h.grantee = r.oid)
     union all
    select 5, c.relowner, pg_catalog.format('revoke %s%s on %s from %I', h.privilege_type,
                                            case when h.col is null then '' else pg_catalog.format(' (%I)', h.col) end, c.name, $3)
      from relation_has as h
      join relation as c on c.oid = h.oid
     where not exists (select
                         from wanted as w
                        where w.relation = c.plain and w.privilege = h.privilege_type and w.col is not distinct from h.col)
     union all
    select 6, c.relowner, pg_catalog.format('grant %s%s on %s to %I', w.privilege,
                                            case when w.col is null then '' else pg_catalog.format(' (%I)', w.col) end, c.name, $3)
      from wanted as w
      join relation as c on c.plain = w.relation
      join role as r on r.api and r.oid <> c.relowner
     where not exists (select
                         from relation_has as h
                        where h.oid = c.oid and h.privilege_type = w.privilege and h.col is not distinct from w.col)
)
select distinct pg_catalog.pg_get_userbyid(m.owner) as role, m.step, m.sql
  from mend as m
 where pg_catalog.pg_get_userbyid(m.owner) in ($2, $3)
 order by m.step, role, m.sql
