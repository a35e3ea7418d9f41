-- Rights beyond those that an owner, or PUBLIC, has without being given them, and the revocation of the ones among those
-- that are gone. $1 schemas. Who granted a right is not told: only what may be done counts.
with object as (
    select 'n' as class, n.oid, 'on schema ' || quote_ident(n.nspname) as target, '' as sort,
           coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl,
           coalesce((select i.initprivs from pg_init_privs as i
                      where i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid and n.nspname = 'public'),
                    acldefault('n', n.nspowner)) as base
      from pg_namespace as n
     where n.oid = any ($1::oid[])
     union all
    select 'c', coalesce(d.refobjid, c.oid),
           format('on %s%I.%I', case c.relkind when 'S' then 'sequence ' else '' end, n.nspname, c.relname),
           case when d.refobjid is null then '' else c.relname end,
           c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner)
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      left join pg_depend as d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
     where c.relnamespace = any ($1::oid[])
       and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and c.relacl is not null
     union all
    select 'p', p.oid, format('on %s %I.%I(%s)', case p.prokind when 'p' then 'procedure' else 'function' end, n.nspname, p.proname,
                              pg_get_function_identity_arguments(p.oid)), '',
           p.proacl, acldefault('f', p.proowner)
      from pg_proc as p
      join pg_namespace as n on n.oid = p.pronamespace
     where p.pronamespace = any ($1::oid[])
       and p.proacl is not null
     union all
    select 't', t.oid, format('on type %I.%I', n.nspname, t.typname), '', t.typacl, acldefault('T', t.typowner)
      from pg_type as t
      join pg_namespace as n on n.oid = t.typnamespace
     where t.typnamespace = any ($1::oid[])
       and t.typacl is not null
     union all
    select 'L', l.oid, 'on language ' || quote_ident(l.lanname), '', l.lanacl, acldefault('l', l.lanowner)
      from pg_language as l
     where l.oid >= 16384
       and l.lanacl is not null
     union all
    select 'w', f.oid, 'on foreign data wrapper ' || quote_ident(f.fdwname), '', f.fdwacl, acldefault('F', f.fdwowner)
      from pg_foreign_data_wrapper as f
     where f.fdwacl is not null
     union all
    select 's', f.oid, 'on foreign server ' || quote_ident(f.srvname), '', f.srvacl, acldefault('S', f.srvowner)
      from pg_foreign_server as f
     where f.srvacl is not null
), side as (
    select o.class, o.oid, o.target, o.sort, x.grantee, x.privilege_type, x.is_grantable, true as held
      from object as o
     cross join lateral aclexplode(o.acl) as x
     union all
    select o.class, o.oid, o.target, o.sort, x.grantee, x.privilege_type, false, false
      from object as o
     cross join lateral aclexplode(o.base) as x
), statement as (
    select s.class, s.oid, s.target, s.sort, s.grantee, s.privilege_type, bool_or(s.is_grantable) as grantable,
           case when bool_or(s.held) then 'grant' else 'revoke' end as verb
      from side as s
     group by s.class, s.oid, s.target, s.sort, s.grantee, s.privilege_type
    having bool_or(s.is_grantable)
        or bool_or(s.held) <> bool_or(not s.held)
), column_right as (
    select c.oid, format('%I.%I', n.nspname, c.relname) as relation, x.grantee, x.privilege_type, a.attnum, a.attname,
           bool_or(x.is_grantable) as grantable
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join pg_namespace as n on n.oid = c.relnamespace
     cross join lateral aclexplode(a.attacl) as x
     where c.relnamespace = any ($1::oid[])
       and a.attacl is not null
       and not a.attisdropped
     group by c.oid, n.nspname, c.relname, x.grantee, x.privilege_type, a.attnum, a.attname
)
select s.class, s.oid, 70 as section,
       s.sort || case s.verb when 'revoke' then '1' else '2' end || w.name || s.grantable::text as sort,
       format('%s %s %s %s %s%s;', s.verb,
              string_agg(lower(s.privilege_type), ', '
                         order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
                                                 s.privilege_type), s.privilege_type collate "C"),
              s.target, case s.verb when 'revoke' then 'from' else 'to' end, w.name,
              case when s.grantable then ' with grant option' else '' end) as sql,
       null::text as bare, null::text as later,
       case when s.grantee <> 0 then pg_get_userbyid(s.grantee) end as role
  from statement as s
 cross join lateral (select case when s.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(s.grantee)) end as name) as w
 group by s.class, s.oid, s.target, s.sort, s.verb, s.grantee, s.grantable, w.name
 union all
select 'c', c.oid, 71, w.name || c.privilege_type || c.grantable::text,
       format('grant %s (%s) on %s to %s%s;', lower(c.privilege_type), string_agg(quote_ident(c.attname), ', ' order by c.attnum),
              c.relation, w.name, case when c.grantable then ' with grant option' else '' end),
       null, null, case when c.grantee <> 0 then pg_get_userbyid(c.grantee) end
  from column_right as c
 cross join lateral (select case when c.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(c.grantee)) end as name) as w
 group by c.oid, c.relation, c.grantee, c.privilege_type, c.grantable, w.name
