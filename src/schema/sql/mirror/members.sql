-- What belongs into the files of objects that operators.sql, text_search.sql, foreign.sql and replication.sql give: operators and
-- functions that were added to a family, dictionaries for the words of a configuration, who logs in to a foreign server as whom
-- (never with what), what a publication publishes. $1 schemas.
select 'F' as class, a.amopfamily as oid, 50 as section, format('1%s %s %s', lpad(a.amopstrategy::text, 5, '0'), o.left, o.right) as sort,
       format(E'alter operator family %s add\n    operator %s %I.%s(%s, %s)%s;', i.identity, a.amopstrategy, n.nspname, p.oprname, o.left, o.right,
              coalesce((select format(' for order by %I.%I', sn.nspname, s.opfname)
                          from pg_opfamily as s
                          join pg_namespace as sn on sn.oid = s.opfnamespace
                         where s.oid = a.amopsortfamily), '')) as sql,
       null::text as bare, null::text as later, null::text as role
  from pg_amop as a
  join pg_opfamily as f on f.oid = a.amopfamily and f.opfnamespace = any ($1::oid[])
  join pg_operator as p on p.oid = a.amopopr
  join pg_namespace as n on n.oid = p.oprnamespace
 cross join lateral (select format_type(a.amoplefttype, null) as left, format_type(a.amoprighttype, null) as right) as o
 cross join lateral pg_identify_object('pg_opfamily'::regclass, f.oid, 0) as i
 where exists (select from pg_depend as d
                where d.classid = 'pg_amop'::regclass and d.objid = a.oid and d.refclassid = 'pg_opfamily'::regclass)
 union all
select 'F', a.amprocfamily, 50, format('2%s %s %s', lpad(a.amprocnum::text, 5, '0'), o.left, o.right),
       format(E'alter operator family %s add\n    function %s (%s, %s) %s;', i.identity, a.amprocnum, o.left, o.right, a.amproc::regprocedure),
       null, null, null
  from pg_amproc as a
  join pg_opfamily as f on f.oid = a.amprocfamily and f.opfnamespace = any ($1::oid[])
 cross join lateral (select format_type(a.amproclefttype, null) as left, format_type(a.amprocrighttype, null) as right) as o
 cross join lateral pg_identify_object('pg_opfamily'::regclass, f.oid, 0) as i
 where exists (select from pg_depend as d
                where d.classid = 'pg_amproc'::regclass and d.objid = a.oid and d.refclassid = 'pg_opfamily'::regclass)
 union all
select 'X', c.oid, 50, t.alias, format('alter text search configuration %s add mapping for %I with %s;', i.identity, t.alias,
                                       string_agg(format('%I.%I', n.nspname, k.dictname), ', ' order by m.mapseqno)), null, null, null
  from pg_ts_config as c
  join pg_ts_config_map as m on m.mapcfg = c.oid
  join pg_ts_dict as k on k.oid = m.mapdict
  join pg_namespace as n on n.oid = k.dictnamespace
 cross join lateral pg_identify_object('pg_ts_config'::regclass, c.oid, 0) as i
  join lateral ts_token_type(c.cfgparser) as t on t.tokid = m.maptokentype
 where c.cfgnamespace = any ($1::oid[])
 group by c.oid, i.identity, t.alias
 union all
select 's', u.srvid, 50, w.name,
       format(E'-- With what it logs in is never written.\ncreate user mapping for %s server %I;', w.name, u.srvname), null, null,
       case when u.umuser <> 0 then u.usename end
  from pg_user_mappings as u
 cross join lateral (select case when u.umuser = 0 then 'public' else quote_ident(u.usename) end as name) as w
 union all
select 'P', r.prpubid, 81, format('%I.%I', n.nspname, c.relname),
       format('alter publication %I add table only %I.%I%s%s;', p.pubname, n.nspname, c.relname,
              (select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
                 from unnest(r.prattrs) as w (attnum)
                 join pg_attribute as a on a.attrelid = c.oid and a.attnum = w.attnum),
              ' where (' || pg_get_expr(r.prqual, r.prrelid) || ')'), null, null, null
  from pg_publication_rel as r
  join pg_publication as p on p.oid = r.prpubid
  join pg_class as c on c.oid = r.prrelid
  join pg_namespace as n on n.oid = c.relnamespace
 union all
select 'P', r.pnpubid, 82, n.nspname::text, format('alter publication %I add tables in schema %I;', p.pubname, n.nspname), null, null, null
  from pg_publication_namespace as r
  join pg_publication as p on p.oid = r.pnpubid
  join pg_namespace as n on n.oid = r.pnnspid
