-- What belongs to no schema and has no file of its own: extensions and event triggers. Then, by name only, what is there and
-- cannot be written: nobody shall take a mirror for complete that is not. $1 schemas. The owner of an event trigger is a
-- superuser, whose name is nobody's business here.
select 'd' as class, 0::oid as oid, 10 as section, e.extname::text as sort,
       format('create extension if not exists %I%s;', e.extname,
              case when n.oid <> 'pg_catalog'::regnamespace
                        and not exists (select from pg_depend as d
                                         where d.classid = 'pg_namespace'::regclass and d.objid = n.oid
                                           and d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid)
                   then format(' with schema %I', n.nspname) else '' end) as sql,
       null::text as bare, null::text as later, null::text as role
  from pg_extension as e
  join pg_namespace as n on n.oid = e.extnamespace
 where e.oid >= 16384
 union all
select 'd', 0, 90, t.evtname::text,
       format('create event trigger %I on %s%s execute function %I.%I();', t.evtname, t.evtevent,
              coalesce((select E'\n    when tag in (' || string_agg(quote_literal(g), ', ' order by g) || ')' from unnest(t.evttags) as g), ''),
              n.nspname, p.proname), null, null, null
  from pg_event_trigger as t
  join pg_proc as p on p.oid = t.evtfoid
  join pg_namespace as n on n.oid = p.pronamespace
 where not exists (select from pg_depend as d where d.classid = 'pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e')
 union all
select 'd', 0, 90, t.evtname || E'\x01enabled',
       format('alter event trigger %I %s;', t.evtname,
              case t.evtenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end), null, null, null
  from pg_event_trigger as t
 where t.evtenabled <> 'O'
 union all
select 'd', 0, 90, t.evtname || E'\x01comment', format('comment on event trigger %I is %L;', t.evtname, d.description), null, null, null
  from pg_event_trigger as t
  join pg_description as d on d.classoid = 'pg_event_trigger'::regclass and d.objoid = t.oid
 union all
select 'n', o.space, 99, i.type || i.identity,
       format('-- not written here: %s %s', i.type, replace(i.identity, E'\n', ' ')), null, null, null
  from (select 'pg_operator'::regclass as class, o.oid, o.oprnamespace as space
          from pg_operator as o
         where o.oprcode = 0
         union all
        select 'pg_type'::regclass, t.oid, t.typnamespace
          from pg_type as t
         where t.typtype in ('b', 'p')
           and t.typelem = 0) as o
 cross join lateral pg_identify_object(o.class, o.oid, 0) as i
 where o.oid >= 16384
   and o.space = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = o.class and d.objid = o.oid and d.deptype in ('e', 'i'))
