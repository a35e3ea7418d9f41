-- Operators, operator families and operator classes. $1 schemas. Families are written even where a class made them by itself, since
-- more may have been added to them; what was added stands with the family (members.sql). An operator that only another one
-- has spoken of is none yet.
with operator as (
    select o.oid, n.nspname, o.oprname, o.oprleft, o.oprright, o.oprcode, o.oprcom, o.oprnegate, o.oprrest, o.oprjoin, o.oprcanhash,
           o.oprcanmerge, o.oprowner,
           format('operator(%I.%s)', n.nspname, o.oprname) as name
      from pg_operator as o
      join pg_namespace as n on n.oid = o.oprnamespace
)
select 'o' as class, o.oid, 'operator' as kind, o.nspname as schema, o.oprname as name, i.identity,
       format('%s, %s', o.oprleft::regtype, o.oprright::regtype) as arguments,
       format(E'create operator %I.%s (\n    function = %s', o.nspname, o.oprname, o.oprcode::text)
       || case when o.oprleft <> 0 then E',\n    leftarg = ' || format_type(o.oprleft, null) else '' end
       || case when o.oprright <> 0 then E',\n    rightarg = ' || format_type(o.oprright, null) else '' end
       || coalesce(E',\n    commutator = ' || c.name, '')
       || coalesce(E',\n    negator = ' || g.name, '')
       || case when o.oprrest <> 0 then E',\n    restrict = ' || o.oprrest::text else '' end
       || case when o.oprjoin <> 0 then E',\n    join = ' || o.oprjoin::text else '' end
       || case when o.oprcanhash then E',\n    hashes' else '' end
       || case when o.oprcanmerge then E',\n    merges' else '' end
       || E'\n);' as head,
       null::text as tail,
       format('alter operator %s owner to %I;', i.identity, pg_get_userbyid(o.oprowner)) as owner_sql,
       pg_get_userbyid(o.oprowner) as role
  from operator as o
  join pg_operator as own on own.oid = o.oid
 cross join lateral pg_identify_object('pg_operator'::regclass, o.oid, 0) as i
  left join operator as c on c.oid = o.oprcom
  left join operator as g on g.oid = o.oprnegate
 where own.oprnamespace = any ($1::oid[])
   and o.oprcode <> 0
   and not exists (select from pg_depend as d where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
 union all
select 'F', f.oid, 'operator family', n.nspname, f.opfname, i.identity, m.amname,
       format('create operator family %I.%I using %I;', n.nspname, f.opfname, m.amname), null,
       format('alter operator family %s owner to %I;', i.identity, pg_get_userbyid(f.opfowner)), pg_get_userbyid(f.opfowner)
  from pg_opfamily as f
  join pg_namespace as n on n.oid = f.opfnamespace
  join pg_am as m on m.oid = f.opfmethod
 cross join lateral pg_identify_object('pg_opfamily'::regclass, f.oid, 0) as i
 where f.opfnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_opfamily'::regclass and d.objid = f.oid and d.deptype = 'e')
 union all
select 'C', c.oid, 'operator class', n.nspname, c.opcname, i.identity, m.amname,
       format(E'create operator class %I.%I%s for type %s using %I family %I.%I as\n    ', n.nspname, c.opcname,
              case when c.opcdefault then ' default' else '' end, format_type(c.opcintype, null), m.amname, fn.nspname, f.opfname)
       -- something has to stand there: storing the type itself says nothing
       || coalesce(p.list, 'storage ' || format_type(c.opcintype, null)) || ';',
       null, format('alter operator class %s owner to %I;', i.identity, pg_get_userbyid(c.opcowner)), pg_get_userbyid(c.opcowner)
  from pg_opclass as c
  join pg_namespace as n on n.oid = c.opcnamespace
  join pg_am as m on m.oid = c.opcmethod
  join pg_opfamily as f on f.oid = c.opcfamily
  join pg_namespace as fn on fn.oid = f.opfnamespace
 cross join lateral pg_identify_object('pg_opclass'::regclass, c.oid, 0) as i
 cross join lateral (
       select string_agg(w.text, E',\n    ' order by w.rank, w.number, w.text collate "C") as list
         from (select 1 as rank, 0 as number, 'storage ' || format_type(c.opckeytype, null) as text
                where c.opckeytype <> 0
                union all
               select 2, a.amopstrategy, format('operator %s %I.%s(%s, %s)%s', a.amopstrategy, o.nspname, o.oprname, format_type(o.oprleft, null),
                                                format_type(o.oprright, null), s.purpose)
                 from pg_amop as a
                 join operator as o on o.oid = a.amopopr
                cross join lateral (
                      select coalesce((select format(' for order by %I.%I', sn.nspname, sf.opfname)
                                         from pg_opfamily as sf
                                         join pg_namespace as sn on sn.oid = sf.opfnamespace
                                        where sf.oid = a.amopsortfamily), '') as purpose) as s
                where exists (select from pg_depend as d
                               where d.classid = 'pg_amop'::regclass and d.objid = a.oid
                                 and d.refclassid = 'pg_opclass'::regclass and d.refobjid = c.oid)
                union all
               select 3, a.amprocnum, format('function %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, null),
                                             format_type(a.amprocrighttype, null), a.amproc::regprocedure)
                 from pg_amproc as a
                where exists (select from pg_depend as d
                               where d.classid = 'pg_amproc'::regclass and d.objid = a.oid
                                 and d.refclassid = 'pg_opclass'::regclass and d.refobjid = c.oid)) as w) as p
 where c.opcnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_opclass'::regclass and d.objid = c.oid and d.deptype = 'e')
