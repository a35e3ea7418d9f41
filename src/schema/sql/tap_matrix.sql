-- What every role may really do, against what grants.conf declares: one point for each object of a module. The temporary
-- tables line, our_role and our_schema are made and filled before this (tap_matrix.c). Asked is the server, object by object,
-- which counts memberships and PUBLIC; `daybook grants check` compares the lists of grants.
-- Without two owning roles there is nothing to compare.
delete from our_schema
 where not exists (select from our_schema as s
                     join pg_namespace as n on n.nspname = s.nsp
                     join our_role as r on r.kind = 'owner' and r.name = pg_get_userbyid(n.nspowner));

create temporary table obj as
select 'relation' as kind, c.oid, n.nspname as nsp, c.relname as name, c.relowner as owner, c.relkind = 'S' as is_sequence,
       c.relkind <> 'S' and not c.relispartition as starred,
       format('%s %I.%I', case when c.relkind = 'S' then 'sequence' when c.relkind in ('v', 'm') then 'view'
                               when c.relispartition then 'partition' else 'table' end, n.nspname, c.relname) as title
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join our_schema as s on s.nsp = n.nspname
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
 union all
select 'function', p.oid, n.nspname, p.proname, p.proowner, false, false,
       format('function %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  join our_schema as s on s.nsp = n.nspname
 union all
select 'schema', n.oid, n.nspname, null, n.nspowner, false, false, format('schema %I', n.nspname)
  from pg_namespace as n
  join our_schema as s on s.nsp = n.nspname;

create temporary table said as
select o.kind, o.oid, o.nsp, l.role, l.privilege, l.col
  from line as l
  join obj as o on o.kind = l.kind and o.nsp = l.nsp
 where (o.name = l.name and (l.args is null or o.oid = to_regprocedure(format('%I.%I(%s)', l.nsp, l.name, l.args))))
    or (l.name is null and (o.starred or l.kind = 'schema'));

create temporary table declared as
select kind, oid, role, privilege, col from said
 union
-- whoever may do something in a schema may enter it, and the owner of the functions enters every one
select o.kind, o.oid, s.role, 'USAGE', null
  from obj as o
  join said as s on s.nsp = o.nsp and s.kind <> 'schema' and s.role <> ''
 where o.kind = 'schema'
 union
select o.kind, o.oid, r.name, 'USAGE', null from obj as o join our_role as r on r.kind = 'api' where o.kind = 'schema'
 union
-- functions serve each other, under both owning roles
select o.kind, o.oid, r.name, 'EXECUTE', null from obj as o join our_role as r on r.kind in ('owner', 'api') where o.kind = 'function'
 union
-- a backup reads everything
select o.kind, o.oid, r.name, case when o.kind = 'schema' then 'USAGE' else 'SELECT' end, null
  from obj as o
  join our_role as r on r.kind = 'backup'
 where o.kind <> 'function'
 union
-- and who acts as both owners may what they may
select o.kind, o.oid, r.name, w.privilege, null
  from obj as o
  join our_role as r on r.kind = 'migrator' or r.name = pg_get_userbyid(o.owner)
 cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN', 'USAGE', 'CREATE', 'EXECUTE'])
         as w (privilege);

create temporary table possible as
select 'relation' as kind, false as is_sequence, w.privilege
  from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
              || case when current_setting('server_version_num')::integer >= 170000 then array['MAINTAIN'] else array[]::text[] end) as w (privilege)
 union all
values ('relation', true, 'USAGE'), ('relation', true, 'SELECT'), ('relation', true, 'UPDATE'), ('function', false, 'EXECUTE'),
       ('schema', false, 'USAGE'), ('schema', false, 'CREATE');

-- What PUBLIC may, everybody may.
create temporary table wanted as
select distinct d.kind, d.oid, r.name as role, d.privilege, d.col
  from declared as d
  join our_role as r on d.role = r.name or d.role = '';
analyze wanted;

create temporary table differing as
select o.oid, o.kind, r.name as role, p.privilege, null::name as col, h.has
  from obj as o
  join possible as p on p.kind = o.kind and p.is_sequence = o.is_sequence
 cross join our_role as r
  left join wanted as w on w.oid = o.oid and w.kind = o.kind and w.role = r.name and w.privilege = p.privilege and w.col is null
 cross join lateral (
       select case when o.kind = 'function' then has_function_privilege(r.name, o.oid, p.privilege)
                   when o.kind = 'schema' then has_schema_privilege(r.name, o.oid, p.privilege)
                   when o.is_sequence then has_sequence_privilege(r.name, o.oid, p.privilege)
                   else has_table_privilege(r.name, o.oid, p.privilege) end) as h (has)
 where (w.oid is not null) <> h.has
 union all
select o.oid, o.kind, r.name, p.privilege, a.attname, h.has
  from obj as o
  join pg_attribute as a on o.kind = 'relation' and not o.is_sequence and a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
 cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) as p (privilege)
 cross join our_role as r
  left join wanted as w on w.oid = o.oid and w.kind = o.kind and w.role = r.name and w.privilege = p.privilege and w.col is null
  left join wanted as c on c.oid = o.oid and c.kind = o.kind and c.role = r.name and c.privilege = p.privilege and c.col = a.attname
 cross join lateral (select has_column_privilege(r.name, o.oid, a.attnum, p.privilege)) as h (has)
 where (w.oid is not null or c.oid is not null) <> h.has;

create temporary table verdict as
select row_number() over (order by o.title) as number, o.title,
       (select string_agg(format(E'\n# %s %s %s%s', d.role, case when d.has then 'may and is not to:' else 'is to and may not:' end, d.privilege,
                                 ' (' || d.col || ')'), '' order by d.role, d.privilege, d.col)
          from differing as d
         where d.oid = o.oid and d.kind = o.kind
           -- a right to the whole table is not told for each column again
           and (d.col is null or not exists (select from differing as w where w.oid = d.oid and w.kind = d.kind and w.role = d.role
                                                and w.privilege = d.privilege and w.col is null))) as trouble
  from obj as o;

select '1..' || count(*) || case when count(*) = 0 then ' # SKIP everything has one owner here' else '' end from verdict;
select format('%s %s - %s: every role may what is declared%s', case when trouble is null then 'ok' else 'not ok' end, number, title, trouble)
  from verdict
 order by number;
