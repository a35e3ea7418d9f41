-- What a role may really do with a sensitive table without any grant upon it that says so: by a role of the server's own that
-- reads or writes all data, or by acting as the owner. Grants upon the table, to PUBLIC too, and memberships are compared with
-- the matrix elsewhere. Superusers may everything and are not listed; nor is who cannot connect to this database.
-- $1 owner, $2 backup role; the lines: $3 roles, $4 schemas, $5 names.
with sensitive as (
    select distinct c.oid, n.nspname, c.relname, c.relacl
      from rows from (pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[]), pg_catalog.unnest($5::text[])) as l (role, nsp, name)
      join pg_catalog.pg_namespace as n on n.nspname = l.nsp
      join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = l.name
     where l.role = '[sensitive]'
), candidate as (
    select r.oid, r.rolname
      from pg_catalog.pg_roles as r
     where not r.rolsuper and r.rolname !~ '^pg_'
       and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CONNECT')
), granted as (
    select s.oid, x.grantee, x.privilege_type as privilege
      from sensitive as s
     cross join lateral pg_catalog.aclexplode(s.relacl) as x
     union
    select s.oid, x.grantee, x.privilege_type
      from sensitive as s
      join pg_catalog.pg_attribute as a on a.attrelid = s.oid
     cross join lateral pg_catalog.aclexplode(a.attacl) as x
), may as (
    select r.oid as role, r.rolname, s.oid, s.nspname, s.relname, p.privilege
      from candidate as r
     cross join sensitive as s
     cross join (values ('SELECT', true), ('INSERT', true), ('UPDATE', true), ('DELETE', false), ('TRUNCATE', false), ('REFERENCES', true),
                        ('TRIGGER', false), ('MAINTAIN', false)) as p (privilege, columns)
     where case when p.privilege = 'MAINTAIN' and pg_catalog.current_setting('server_version_num')::integer < 170000 then false
                when p.columns then pg_catalog.has_any_column_privilege(r.oid, s.oid, p.privilege)
                else pg_catalog.has_table_privilege(r.oid, s.oid, p.privilege) end
)
select 91 as step, null::text as run_as, 'effective' as class, pg_catalog.format('%I.%I', m.nspname, m.relname) as object, null::text as col,
       m.rolname as role, m.privilege, 'extra' as problem, '' as verb, null::text as what, '' as rest, false as quiet
  from may as m
 where not exists (
       select
         from granted as g
        where g.oid = m.oid and g.privilege = m.privilege
          and case when g.grantee = 0 then true else pg_catalog.pg_has_role(m.role, g.grantee, 'USAGE') end)
   and not exists (
       select
         from pg_catalog.pg_roles as g
        where (g.rolname = $1::name or (g.rolname = $2::name and m.privilege = 'SELECT'))
          and pg_catalog.pg_has_role(m.role, g.oid, 'USAGE'))
 order by object, role, privilege
