-- What a role may really do with a sensitive table, whatever the way (membership, PUBLIC, a role of the server's own), where no
-- role of ours that it is a member of explains it. Superusers may everything and are not listed.
-- $1 owner, $2 api, $3 backup role, $4 roles of ours; the lines: $5 roles, $6 schemas, $7 names, $8 privileges.
with line as (
    select w.*
      from rows from (pg_catalog.unnest($5::text[]), pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]), pg_catalog.unnest($8::text[]))
           as w (role, nsp, name, privilege)
), sensitive as (
    select c.oid, n.nspname, c.relname
      from (select distinct l.nsp, l.name from line as l where l.role = '[sensitive]') as l
      join pg_catalog.pg_namespace as n on n.nspname = l.nsp
      join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = l.name
), candidate as (
    select r.oid, r.rolname
      from pg_catalog.pg_roles as r
     where not r.rolsuper and r.rolname !~ '^pg_'
), may as (
    select r.oid as role, r.rolname, s.oid, s.nspname, s.relname, p.privilege
      from candidate as r
     cross join sensitive as s
     cross join (values ('SELECT', true), ('INSERT', true), ('UPDATE', true), ('DELETE', false), ('TRUNCATE', false), ('REFERENCES', true),
                        ('TRIGGER', false)) as p (privilege, columns)
     where case when p.columns then pg_catalog.has_any_column_privilege(r.oid, s.oid, p.privilege)
                else pg_catalog.has_table_privilege(r.oid, s.oid, p.privilege) end
)
select 91 as step, null::text as run_as, 'effective' as class, pg_catalog.format('%I.%I', m.nspname, m.relname) as object, null::text as col,
       m.rolname as role, m.privilege, 'extra' as problem, '' as verb, null::text as what, '' as rest, false as quiet
  from may as m
 where not exists (
       select
         from pg_catalog.pg_roles as g
        where g.rolname = any ($4::text[])
          and pg_catalog.pg_has_role(m.role, g.oid, 'USAGE')
          and (g.rolname = $1::name or (g.rolname = $3::name and m.privilege = 'SELECT')
               or exists (select from line as l
                           where l.role = g.rolname and l.nsp = m.nspname and (l.name = m.relname or l.name is null) and l.privilege = m.privilege)))
   and $2::name is not null
 order by object, role, privilege
