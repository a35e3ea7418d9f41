-- What belongs to no schema and has to do with how values are handled: languages, access methods, casts, transforms. $1 schemas
-- (not looked at). Casts, access methods and transforms have no owner.
select 'L' as class, l.oid, 'language' as kind, '' as schema, l.lanname as name, i.identity, null::text as arguments,
       format('create %slanguage %I handler %s', case when l.lanpltrusted then 'trusted ' else '' end, l.lanname, l.lanplcallfoid::regproc)
       || case when l.laninline <> 0 then ' inline ' || l.laninline::regproc else '' end
       || case when l.lanvalidator <> 0 then ' validator ' || l.lanvalidator::regproc else '' end || ';' as head,
       null::text as tail,
       format('alter language %I owner to %I;', l.lanname, pg_get_userbyid(l.lanowner)) as owner_sql,
       pg_get_userbyid(l.lanowner) as role
  from pg_language as l
 cross join lateral pg_identify_object('pg_language'::regclass, l.oid, 0) as i
 where l.oid >= 16384
   and $1::oid[] is not null
   and not exists (select from pg_depend as d where d.classid = 'pg_language'::regclass and d.objid = l.oid and d.deptype = 'e')
 union all
select 'a', m.oid, 'access method', '', m.amname, i.identity, null,
       format('create access method %I type %s handler %s;', m.amname, case m.amtype when 't' then 'table' else 'index' end, m.amhandler::text),
       null, null, ''
  from pg_am as m
 cross join lateral pg_identify_object('pg_am'::regclass, m.oid, 0) as i
 where m.oid >= 16384
   and not exists (select from pg_depend as d where d.classid = 'pg_am'::regclass and d.objid = m.oid and d.deptype = 'e')
 union all
select 'k', c.oid, 'cast', '', format('%s as %s', format_type(c.castsource, null), format_type(c.casttarget, null)), i.identity, null,
       format('create cast (%s as %s) %s%s;', format_type(c.castsource, null), format_type(c.casttarget, null),
              case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure when 'i' then 'with inout'
                                else 'without function' end,
              case c.castcontext when 'i' then ' as implicit' when 'a' then ' as assignment' else '' end),
       null, null, ''
  from pg_cast as c
 cross join lateral pg_identify_object('pg_cast'::regclass, c.oid, 0) as i
 where c.oid >= 16384
   and not exists (select from pg_depend as d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
 union all
select 'f', t.oid, 'transform', '', format('%s for %s', format_type(t.trftype, null), l.lanname),
       format('for %s language %I', format_type(t.trftype, null), l.lanname), null,
       format('create transform for %s language %I (%s);', format_type(t.trftype, null), l.lanname,
              concat_ws(', ', case when t.trffromsql <> 0 then 'from sql with function ' || t.trffromsql::regprocedure end,
                        case when t.trftosql <> 0 then 'to sql with function ' || t.trftosql::regprocedure end)),
       null, null, ''
  from pg_transform as t
  join pg_language as l on l.oid = t.trflang
 where t.oid >= 16384
   and not exists (select from pg_depend as d where d.classid = 'pg_transform'::regclass and d.objid = t.oid and d.deptype = 'e')
