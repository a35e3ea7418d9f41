-- What can be said once everything exists: which column owns a sequence, rules, triggers, row security. $1 schemas.
select 'c' as class, c.oid, 80 as section, '' as sort,
       format('alter sequence %I.%I owned by %I.%I.%I;', n.nspname, c.relname, tn.nspname, t.relname, a.attname) as sql,
       null::text as bare, null::text as later, null::text as role
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'a'
                     and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
  join pg_class as t on t.oid = d.refobjid
  join pg_namespace as tn on tn.oid = t.relnamespace
  join pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid
 where c.relkind = 'S'
   and c.relnamespace = any ($1::oid[])
 union all
select 'c', c.oid, 84, r.rulename::text, pg_get_ruledef(r.oid), null, null, null
  from pg_rewrite as r
  join pg_class as c on c.oid = r.ev_class
 where c.relnamespace = any ($1::oid[])
   and r.rulename <> '_RETURN'
 union all
select 'c', c.oid, 84, r.rulename || E'\x01enabled',
       format('alter table %I.%I %s rule %I;', n.nspname, c.relname,
              case r.ev_enabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, r.rulename), null, null, null
  from pg_rewrite as r
  join pg_class as c on c.oid = r.ev_class
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and r.rulename <> '_RETURN'
   and r.ev_enabled <> 'O'
 union all
select 'c', c.oid, 86, t.tgname::text, pg_get_triggerdef(t.oid) || ';', null, null, null
  from pg_trigger as t
  join pg_class as c on c.oid = t.tgrelid
 where c.relnamespace = any ($1::oid[])
   and not t.tgisinternal
   and t.tgparentid = 0
 union all
select 'c', c.oid, 86, t.tgname || E'\x01enabled',
       format('alter table only %I.%I %s trigger %I;', n.nspname, c.relname,
              case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' when 'A' then 'enable always' else 'enable' end,
              t.tgname), null, null, null
  from pg_trigger as t
  join pg_class as c on c.oid = t.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
  left join pg_trigger as p on p.oid = t.tgparentid
 where c.relnamespace = any ($1::oid[])
   and not (t.tgisinternal and t.tgparentid = 0)
   and t.tgenabled <> coalesce(p.tgenabled, 'O')
 union all
select 'c', c.oid, 87, '1', format('alter table %I.%I enable row level security;', n.nspname, c.relname), null, null, null
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and c.relrowsecurity
 union all
select 'c', c.oid, 87, '2', format('alter table %I.%I force row level security;', n.nspname, c.relname), null, null, null
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and c.relforcerowsecurity
 union all
select 'c', c.oid, 88, p.polname::text,
       format(E'create policy %I on %I.%I as %s for %s\n    to %s', p.polname, n.nspname, c.relname,
              case when p.polpermissive then 'permissive' else 'restrictive' end,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
              (select string_agg(case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', '
                                 order by pg_get_userbyid(r) collate "C")
                 from unnest(p.polroles) as r))
       || coalesce(E'\n    using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
       || coalesce(E'\n    with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
       || ';', null, null, null
  from pg_policy as p
  join pg_class as c on c.oid = p.polrelid
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
 union all
select 'c', c.oid, 88, '', null, null, null, pg_get_userbyid(r)
  from pg_policy as p
  join pg_class as c on c.oid = p.polrelid
 cross join lateral unnest(p.polroles) as r
 where c.relnamespace = any ($1::oid[])
   and r <> 0
