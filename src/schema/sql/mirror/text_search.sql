-- Text search: parsers, templates, dictionaries, configurations. $1 schemas. Parsers and templates have no owner.
select 'R' as class, p.oid, 'text search parser' as kind, n.nspname as schema, p.prsname as name, i.identity, null::text as arguments,
       format(E'create text search parser %I.%I (\n    start = %s,\n    gettoken = %s,\n    end = %s', n.nspname, p.prsname, p.prsstart::text,
              p.prstoken::text, p.prsend::text)
       || case when p.prsheadline <> 0 then E',\n    headline = ' || p.prsheadline::text else '' end
       || E',\n    lextypes = ' || p.prslextype::text || E'\n);' as head,
       null::text as tail, null::text as owner_sql, '' as role
  from pg_ts_parser as p
  join pg_namespace as n on n.oid = p.prsnamespace
 cross join lateral pg_identify_object('pg_ts_parser'::regclass, p.oid, 0) as i
 where p.prsnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_ts_parser'::regclass and d.objid = p.oid and d.deptype = 'e')
 union all
select 'T', t.oid, 'text search template', n.nspname, t.tmplname, i.identity, null,
       format('create text search template %I.%I (%slexize = %s);', n.nspname, t.tmplname,
              case when t.tmplinit <> 0 then format('init = %s, ', t.tmplinit::text) else '' end, t.tmpllexize::text),
       null, null, ''
  from pg_ts_template as t
  join pg_namespace as n on n.oid = t.tmplnamespace
 cross join lateral pg_identify_object('pg_ts_template'::regclass, t.oid, 0) as i
 where t.tmplnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_ts_template'::regclass and d.objid = t.oid and d.deptype = 'e')
 union all
select 'D', c.oid, 'text search dictionary', n.nspname, c.dictname, i.identity, null,
       format('create text search dictionary %I.%I (template = %I.%I%s);', n.nspname, c.dictname, tn.nspname, t.tmplname,
              coalesce(', ' || c.dictinitoption, '')),
       null, format('alter text search dictionary %s owner to %I;', i.identity, pg_get_userbyid(c.dictowner)), pg_get_userbyid(c.dictowner)
  from pg_ts_dict as c
  join pg_namespace as n on n.oid = c.dictnamespace
  join pg_ts_template as t on t.oid = c.dicttemplate
  join pg_namespace as tn on tn.oid = t.tmplnamespace
 cross join lateral pg_identify_object('pg_ts_dict'::regclass, c.oid, 0) as i
 where c.dictnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_ts_dict'::regclass and d.objid = c.oid and d.deptype = 'e')
 union all
select 'X', c.oid, 'text search configuration', n.nspname, c.cfgname, i.identity, null,
       format('create text search configuration %I.%I (parser = %I.%I);', n.nspname, c.cfgname, pn.nspname, p.prsname),
       null, format('alter text search configuration %s owner to %I;', i.identity, pg_get_userbyid(c.cfgowner)), pg_get_userbyid(c.cfgowner)
  from pg_ts_config as c
  join pg_namespace as n on n.oid = c.cfgnamespace
  join pg_ts_parser as p on p.oid = c.cfgparser
  join pg_namespace as pn on pn.oid = p.prsnamespace
 cross join lateral pg_identify_object('pg_ts_config'::regclass, c.oid, 0) as i
 where c.cfgnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_ts_config'::regclass and d.objid = c.oid and d.deptype = 'e')
