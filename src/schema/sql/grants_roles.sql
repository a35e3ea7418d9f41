-- The roles themselves, which belong to the whole cluster: that they are there, what they may be, who is a member of what.
-- $1 prefix, $2 names; memberships that are to be: $3 members, $4 roles; $5 true: logins may be members of our roles as they
-- are, false: only as $3 and $4 say.
with ours as (
    select w.name, r.oid, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication, r.rolbypassrls, r.rolinherit
      from pg_catalog.unnest($2::text[]) as w (name)
      left join pg_catalog.pg_roles as r on r.rolname = w.name
), wanted as (
    select w.member, w.role
      from rows from (pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[])) as w (member, role)
), membership as (
    -- 16 and newer remember a membership for each role that granted it, and give a role's creator the right to grant it
    select m.roleid, m.member, pg_catalog.bool_or(m.admin_option) as admin,
           pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean, true)) as inherits,
           pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true)) as settable
      from pg_catalog.pg_auth_members as m
     where not (m.admin_option and not coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean, true)
                and not coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::boolean, true))
     group by m.roleid, m.member
), has as (
    select g.rolname as role, u.rolname as member, m.admin, m.inherits, m.settable, u.rolcanlogin,
           g.rolname = any ($2::text[]) as role_ours, u.rolname = any ($2::text[]) as member_ours
      from membership as m
      join pg_catalog.pg_roles as g on g.oid = m.roleid
      join pg_catalog.pg_roles as u on u.oid = m.member
     where g.rolname = any ($2::text[]) or u.rolname = any ($2::text[])
), found as (
    select 1 as step, 'role' as class, o.name as object, null::text as role, 'EXISTS' as privilege, 'missing' as problem,
           pg_catalog.format('create role %I nologin', o.name) as sql
      from ours as o
     where o.oid is null
     union all
    select 2, 'role', o.name, null, x.attribute, case when x.live then 'extra' else 'missing' end,
           pg_catalog.format('alter role %I %s', o.name, x.mend)
      from ours as o
     cross join lateral (values ('LOGIN', o.rolcanlogin, 'nologin', false), ('SUPERUSER', o.rolsuper, 'nosuperuser', false),
                                ('CREATEDB', o.rolcreatedb, 'nocreatedb', false), ('CREATEROLE', o.rolcreaterole, 'nocreaterole', false),
                                ('REPLICATION', o.rolreplication, 'noreplication', false),
                                ('BYPASSRLS', o.rolbypassrls, 'nobypassrls', false), ('INHERIT', o.rolinherit, 'inherit', true))
           as x (attribute, live, mend, wanted)
     where o.oid is not null and x.live <> x.wanted
     union all
    select 90, 'role', r.rolname, null, 'EXISTS', 'uncovered', null
      from pg_catalog.pg_roles as r
     where $1 <> '' and pg_catalog.starts_with(r.rolname::text, $1) and r.rolname <> all ($2::text[])
       and not exists (select from wanted as w where w.member = r.rolname)
     union all
    select 3, 'membership', w.role, w.member, 'MEMBER', 'missing', pg_catalog.format('grant %I to %I', w.role, w.member)
      from wanted as w
     where not exists (select from has as h where h.role = w.role and h.member = w.member)
     union all
    select 3, 'membership', h.role, h.member, 'MEMBER', 'extra', pg_catalog.format('revoke %I from %I', h.role, h.member)
      from has as h
     where not exists (select from wanted as w where h.role = w.role and h.member = w.member)
       and (h.member_ours or not h.rolcanlogin or not $5::boolean)
     union all
    select 4, 'membership', h.role, h.member, 'ADMIN', 'extra', pg_catalog.format('revoke admin option for %I from %I cascade', h.role, h.member)
      from has as h
     where h.admin
       and (exists (select from wanted as w where h.role = w.role and h.member = w.member)
            or not (h.member_ours or not h.rolcanlogin or not $5::boolean))
     union all
    select 4, 'membership', h.role, h.member, x.option, 'missing', pg_catalog.format('grant %I to %I with %s true', h.role, h.member, x.option)
      from has as h
      join wanted as w on h.role = w.role and h.member = w.member
     cross join lateral (values ('INHERIT', h.inherits), ('SET', h.settable)) as x (option, live)
     where not x.live
)
select f.step, null::text as run_as, f.class, f.object, null::text as col, f.role, f.privilege, f.problem, '' as verb, f.sql as what,
       '' as rest, false as quiet
  from found as f
 order by f.step, f.object, f.role, f.privilege
