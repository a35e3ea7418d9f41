-- What belongs to no schema: extensions and event triggers. Then, by name only, what is there and cannot be written: nobody
-- shall take a mirror for complete that is not. $1 schemas.
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
select case when o.space = 0 then 'd' else 'n' end, o.space, 99, i.type || i.identity,
       format('-- not written here: %s %s', i.type, replace(i.identity, E'\n', ' ')), null, null, null
  from (select 'pg_collation'::regclass as class, c.oid, c.collnamespace as space from pg_collation as c
         union all select 'pg_conversion'::regclass, c.oid, c.connamespace from pg_conversion as c
         union all select 'pg_operator'::regclass, o.oid, o.oprnamespace from pg_operator as o
         union all select 'pg_opclass'::regclass, o.oid, o.opcnamespace from pg_opclass as o
         union all select 'pg_opfamily'::regclass, o.oid, o.opfnamespace from pg_opfamily as o
         union all select 'pg_ts_config'::regclass, t.oid, t.cfgnamespace from pg_ts_config as t
         union all select 'pg_ts_dict'::regclass, t.oid, t.dictnamespace from pg_ts_dict as t
         union all select 'pg_ts_parser'::regclass, t.oid, t.prsnamespace from pg_ts_parser as t
         union all select 'pg_ts_template'::regclass, t.oid, t.tmplnamespace from pg_ts_template as t
         union all
        select 'pg_type'::regclass, t.oid, t.typnamespace
          from pg_type as t
         where t.typtype in ('b', 'p')
           and t.typelem = 0
         union all select 'pg_cast'::regclass, c.oid, 0 from pg_cast as c
         union all select 'pg_language'::regclass, l.oid, 0 from pg_language as l
         union all select 'pg_foreign_data_wrapper'::regclass, f.oid, 0 from pg_foreign_data_wrapper as f
         union all select 'pg_foreign_server'::regclass, f.oid, 0 from pg_foreign_server as f
         union all select 'pg_publication'::regclass, p.oid, 0 from pg_publication as p
         union all select 'pg_transform'::regclass, t.oid, 0 from pg_transform as t) as o
 cross join lateral pg_identify_object(o.class, o.oid, 0) as i
 where o.oid >= 16384
   and (o.space = 0 or o.space = any ($1::oid[]))
   and not exists (select from pg_depend as d where d.classid = o.class and d.objid = o.oid and d.deptype in ('e', 'i'))
