-- Rights that are missing, and rights that are too many: one row each, with what mends it.
-- $1 schemas, $2 owner, $3 api (null: one role only, and just PUBLIC's EXECUTE is looked at), $4 all roles of ours, $5 true:
-- everything, also for roles that are still to be created; false: what the installer answers for, which is what belongs to
-- the two roles, for roles of ours that are there. The lines of the matrix: $6 roles ('' for PUBLIC), $7 kinds, $8 schemas,
-- $9 names, $10 arguments, $11 privileges, $12 columns. $13 true: not the differences but every right that is declared, with
-- the key by which grants_prove.sql asks for it.
--
-- A null access list stands for the default one: acldefault() says which, and for functions that lets PUBLIC execute. An owner
-- has all rights but those that lines of the section "owner revoked" take from it. Who granted is not looked at. Of what is in
-- no schema (wide) only rights of our roles and of PUBLIC count, and PUBLIC's on a language only where a line speaks of them.
with ns as (
    select n.oid, n.nspname, n.nspowner, n.nspacl
      from pg_catalog.pg_namespace as n
     where n.nspname = any ($1::text[])
), our as (
    -- a role that is not there yet gets a number that no role has
    select coalesce(r.oid, (4294967295 - w.ord)::oid) as oid, w.name::name as rolname, w.name = $2 or w.name = $3 as owning
      from pg_catalog.unnest($4::text[]) with ordinality as w (name, ord)
      left join pg_catalog.pg_roles as r on r.rolname = w.name
     where r.oid is not null or $5::boolean
), line as (
    select coalesce(r.oid, 0::oid) as grantee, w.role = '[owner revoked]' as given_up, w.*
      from rows from (pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]), pg_catalog.unnest($8::text[]), pg_catalog.unnest($9::text[]),
                      pg_catalog.unnest($10::text[]), pg_catalog.unnest($11::text[]), pg_catalog.unnest($12::text[]))
           as w (role, kind, nsp, name, args, privilege, col)
      left join our as r on r.rolname = w.role
     where (r.oid is not null or w.role in ('', '[owner revoked]'))
       and (w.privilege <> 'MAINTAIN' or pg_catalog.current_setting('server_version_num')::integer >= 170000)
), wide as (
    select 'language' as kind, l.oid, l.lanname as name, l.lanowner as owner, l.lanacl as acl, 'l' as letter
      from pg_catalog.pg_language as l
     union all
    select 'foreign data wrapper', f.oid, f.fdwname, f.fdwowner, f.fdwacl, 'F' from pg_catalog.pg_foreign_data_wrapper as f
     union all
    select 'foreign server', f.oid, f.srvname, f.srvowner, f.srvacl, 'S' from pg_catalog.pg_foreign_server as f
     union all
    select 'large object', m.oid, m.oid::text::name, m.lomowner, m.lomacl, 'L' from pg_catalog.pg_largeobject_metadata as m
     union all
    -- a parameter is in the catalog once somebody was given it, and belongs to the first superuser
    select 'parameter', p.oid, p.parname::name, 10::oid, p.paracl, 'p' from pg_catalog.pg_parameter_acl as p
     union all
    select 'parameter', (4294966295 - pg_catalog.row_number() over ())::oid, n.name::name, 10::oid, null, 'p'
      from (select distinct pg_catalog.lower(l.name) as name from line as l where l.kind = 'parameter') as n
     where not exists (select from pg_catalog.pg_parameter_acl as p where p.parname = n.name)
       and (n.name like '%.%' or exists (select from pg_catalog.pg_settings as s where s.name = n.name))
), obj as materialized (
    select 'relation' as kind, case when c.relkind = 'S' then 'sequence' when c.relkind in ('v', 'm') then 'view' else 'table' end as class,
           c.oid, s.nspname as nsp, c.relname as name, c.relowner as owner, c.relacl as acl,
           case c.relkind when 'S' then 's' else 'r' end as letter,
           c.relkind <> 'S' and not c.relispartition as starred, true as installed,
           pg_catalog.format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, s.nspname, c.relname) as target
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     union all
    select 'function', case p.prokind when 'p' then 'procedure' else 'function' end, p.oid, s.nspname, p.proname, p.proowner, p.proacl,
           'f', false, true,
           pg_catalog.format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' else 'function' end, s.nspname, p.proname,
                             pg_catalog.pg_get_function_identity_arguments(p.oid))
      from pg_catalog.pg_proc as p
      join ns as s on s.oid = p.pronamespace
     union all
    select 'schema', 'schema', s.oid, s.nspname, null, s.nspowner, s.nspacl, 'n', false, true, pg_catalog.format('schema %I', s.nspname)
      from ns as s
     union all
    select 'type', 'type', t.oid, s.nspname, t.typname, t.typowner, t.typacl, 'T', false, false,
           pg_catalog.format('type %I.%I', s.nspname, t.typname)
      from pg_catalog.pg_type as t
      join ns as s on s.oid = t.typnamespace
      left join pg_catalog.pg_class as c on c.oid = t.typrelid
     where t.typtype in ('d', 'e', 'r') or c.relkind = 'c'
     union all
    select 'database', 'database', d.oid, null, null, d.datdba, d.datacl, 'd', false, false, pg_catalog.format('database %I', d.datname)
      from pg_catalog.pg_database as d
     where d.datname = pg_catalog.current_database()
     union all
    select w.kind, w.kind, w.oid, null, w.name, w.owner, w.acl, w.letter, false, false,
           pg_catalog.format('%s %s', w.kind, case when w.name ~ '^[a-zA-Z0-9_.$]+$' and w.kind in ('large object', 'parameter') then w.name::text
                                                           else pg_catalog.quote_ident(w.name) end)
      from wide as w
     where $5::boolean and (w.acl is not null or exists (select from line as l where l.kind = w.kind))
), said as (
    -- what the lines say
    select o.oid, o.kind, coalesce(a.attnum, 0) as attnum, l.given_up, l.grantee, l.privilege, o.nsp, o.owner
      from line as l
      join obj as o on o.kind = l.kind and o.nsp = l.nsp and o.name = l.name
      left join pg_catalog.pg_attribute as a on a.attrelid = o.oid and o.kind = 'relation' and a.attname = l.col and a.attnum > 0
     where (l.col is null or a.attnum is not null)
       and (l.args is null or o.oid = pg_catalog.to_regprocedure(pg_catalog.format('%I.%I(%s)', l.nsp, l.name, l.args)))
     union all
    select o.oid, o.kind, 0, l.given_up, l.grantee, l.privilege, o.nsp, o.owner
      from line as l
      join obj as o on o.kind = l.kind and o.nsp = l.nsp
     where l.name is null and (o.starred or l.kind = 'schema')
     union all
    select o.oid, o.kind, 0, l.given_up, l.grantee, l.privilege, null, o.owner
      from line as l
      join obj as o on o.kind = l.kind and o.nsp is null
       and (l.kind = 'database' or o.name = case l.kind when 'parameter' then pg_catalog.lower(l.name) else l.name end)
), want as (
    select s.oid, s.kind, s.attnum, s.grantee, s.privilege from said as s where not s.given_up and s.grantee <> s.owner
     union
    -- an owner has what the server gives it
    select o.oid, o.kind, 0, o.owner, x.privilege_type
      from obj as o
     cross join lateral pg_catalog.aclexplode(pg_catalog.acldefault(o.letter::"char", o.owner)) as x
     where x.grantee = o.owner
       and not exists (select from said as s
                        where s.given_up and s.oid = o.oid and s.kind = o.kind and s.privilege = x.privilege_type)
     union
    -- the functions of the modules serve each other, under both owning roles
    select o.oid, o.kind, 0, r.oid, 'EXECUTE'
      from obj as o
      join our as r on r.owning
     where o.kind = 'function' and o.nsp <> 'daybook' and $3::name is not null and r.oid <> o.owner
     union
    -- whoever may do something in a schema may enter it
    select o.oid, o.kind, 0, s.grantee, 'USAGE'
      from said as s
      join obj as o on o.kind = 'schema' and o.nsp = s.nsp
     where s.kind <> 'schema' and s.grantee <> 0 and s.grantee <> o.owner
     union
    select o.oid, o.kind, 0, r.oid, 'USAGE'
      from obj as o
      join our as r on r.rolname = $3::name
     where o.kind = 'schema' and o.nsp <> 'daybook' and r.oid <> o.owner
     union
    -- types are everybody's, as the server has it
    select o.oid, o.kind, 0, 0::oid, 'USAGE' from obj as o where o.kind = 'type'
     union
    -- who is a member of a role of ours may connect
    select o.oid, o.kind, 0, r.oid, x.privilege
      from obj as o
      join our as r on r.rolname is distinct from $3::name
     cross join (values ('CONNECT', true), ('CREATE', false), ('TEMPORARY', false)) as x (privilege, everyone)
     where o.kind = 'database' and (x.everyone or r.rolname = $2::name) and r.oid <> o.owner
), has as (
    select o.oid, o.kind, x.attnum, x.grantee, x.privilege, pg_catalog.bool_or(x.is_grantable and x.grantee <> o.owner) as grantable
      from obj as o
     cross join lateral (
           select 0 as attnum, e.grantee, e.privilege_type as privilege, e.is_grantable
             from pg_catalog.aclexplode(coalesce(o.acl, pg_catalog.acldefault(o.letter::"char", o.owner))) as e
            union all
           select a.attnum, e.grantee, e.privilege_type, e.is_grantable
             from pg_catalog.pg_attribute as a
            cross join lateral pg_catalog.aclexplode(a.attacl) as e
            where o.kind = 'relation' and a.attrelid = o.oid and a.attacl is not null and not a.attisdropped) as x
     group by o.oid, o.kind, x.attnum, x.grantee, x.privilege
), differs as (
    select coalesce(w.oid, h.oid) as oid, coalesce(w.kind, h.kind) as kind, coalesce(w.attnum, h.attnum) as attnum,
           coalesce(w.grantee, h.grantee) as grantee, coalesce(w.privilege, h.privilege) as privilege,
           case when h.oid is null then 'missing' when w.oid is null then 'extra' else 'grant option' end as problem
      from want as w
      full join has as h
        on h.oid = w.oid and h.kind = w.kind and h.attnum = w.attnum and h.grantee = w.grantee and h.privilege = w.privilege
     where h.oid is null or w.oid is null or h.grantable
), answer as (
    select d.*, o.class, o.owner, o.target, o.nsp, o.name, a.attname, false as quiet
      from differs as d
      join obj as o on o.oid = d.oid and o.kind = d.kind
      left join pg_catalog.pg_attribute as a on a.attrelid = d.oid and a.attnum = d.attnum and d.attnum > 0
     where not $13::boolean
       and ($5::boolean
            or (o.installed
                and pg_catalog.pg_get_userbyid(o.owner) in ($2::name, $3::name)
                and (d.grantee in (select r.oid from our as r) or (d.grantee = 0 and o.kind = 'function'))))
       -- that a login of somebody else may connect gives it nothing here
       and not (o.kind = 'database' and d.privilege = 'CONNECT' and d.problem <> 'grant option'
                and d.grantee <> 0 and d.grantee not in (select r.oid from our as r))
       and (o.kind not in (select w.kind from wide as w)
            or (d.grantee = 0
                and (o.kind <> 'language'
                     or exists (select from line as l where l.role = '' and l.kind = o.kind and l.name = o.name)))
            or d.grantee in (select r.oid from our as r))
     union all
    -- taking a right from a table takes it from its columns, too: the ones that are to stay are given again
    select w.oid, w.kind, w.attnum, w.grantee, w.privilege, 'missing', o.class, o.owner, o.target, o.nsp, o.name, a.attname, true
      from want as w
      join has as h on h.oid = w.oid and h.kind = w.kind and h.attnum = w.attnum and h.grantee = w.grantee and h.privilege = w.privilege
      join differs as d on d.oid = w.oid and d.kind = w.kind and d.attnum = 0 and d.grantee = w.grantee and d.privilege = w.privilege
                       and d.problem = 'extra'
      join obj as o on o.oid = w.oid and o.kind = w.kind
      join pg_catalog.pg_attribute as a on a.attrelid = w.oid and a.attnum = w.attnum
     where w.attnum > 0 and w.grantee <> o.owner and not $13::boolean
       and ($5::boolean or pg_catalog.pg_get_userbyid(o.owner) in ($2::name, $3::name))
     union all
    select w.oid, w.kind, w.attnum, w.grantee, w.privilege, 'declared', o.class, o.owner, o.target, o.nsp, o.name, null, false
      from want as w
      join obj as o on o.oid = w.oid and o.kind = w.kind
     where $13::boolean
)
select case when a.problem = 'grant option' then 20 when a.problem = 'extra' then 21 when a.kind in ('schema', 'database') then 22 else 23 end as step,
       pg_catalog.pg_get_userbyid(a.owner) as run_as,
       case when a.attname is not null then 'column' else a.class end as class,
       case when a.class in ('large object', 'foreign data wrapper', 'foreign server') then pg_catalog.substr(a.target, pg_catalog.length(a.class) + 2)
            else pg_catalog.substr(a.target, pg_catalog.strpos(a.target, ' ') + 1) end as object,
       a.attname as col,
       case when a.grantee = 0 then 'public' else w.name end as role,
       a.privilege, a.problem,
       case a.problem when 'missing' then 'grant' when 'extra' then 'revoke' else 'revoke grant option for' end as verb,
       case when a.problem = 'declared' then pg_catalog.format('%s:%s:%s:%s', a.oid, a.attnum, a.privilege, w.name) else
       pg_catalog.lower(a.privilege) || case when a.attname is null then '' else pg_catalog.format(' (%I)', a.attname) end end as what,
       pg_catalog.format('on %s %s %s%s', a.target, case a.problem when 'missing' then 'to' else 'from' end,
                         case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(w.name) end,
                         case a.problem when 'grant option' then ' cascade' else '' end) as rest,
       a.quiet
  from answer as a
  left join our as r on r.oid = a.grantee
 cross join lateral (select case when a.grantee = 0 then 'public' else coalesce(r.rolname, pg_catalog.pg_get_userbyid(a.grantee))::text end as name) as w
 order by step, run_as, rest, verb, what
