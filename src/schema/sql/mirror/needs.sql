-- Which file needs which other one to exist before it can be run. $1 schemas. soft: only for a default or a check, which
-- can be added later. Foreign keys, triggers, rules, policies and the owner of a sequence are always added later.
with part as (
    select 'pg_class'::regclass as class, c.oid as part,
           case when c.relkind = 'c' then 't' else 'c' end as file_class,
           case when c.relkind in ('i', 'I') then x.indrelid when c.relkind = 'c' then c.reltype
                else coalesce(d.refobjid, c.oid) end as file, false as soft
      from pg_class as c
      left join pg_index as x on x.indexrelid = c.oid
      left join pg_depend as d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
     where c.oid >= 16384
       and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c', 'i', 'I')
     union all
    select 'pg_type'::regclass, t.oid, case when c.relkind <> 'c' then 'c' else 't' end,
           case when c.relkind <> 'c' then c.oid else coalesce(e.oid, r.rngtypid, t.oid) end, false
      from pg_type as t
      left join pg_type as e on e.oid = t.typelem and e.typarray = t.oid
      left join pg_range as r on r.rngmultitypid = coalesce(e.oid, t.oid)
      left join pg_class as c on c.oid = coalesce(e.typrelid, t.typrelid)
     where t.oid >= 16384
     union all
    select 'pg_proc'::regclass, p.oid, 'p', p.oid, false
      from pg_proc as p
     where p.oid >= 16384
     union all
    select 'pg_attrdef'::regclass, d.oid, 'c', d.adrelid, a.attgenerated = ''
      from pg_attrdef as d
      join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
     union all
    select 'pg_constraint'::regclass, k.oid, case when k.contypid <> 0 then 't' else 'c' end,
           case when k.contypid <> 0 then k.contypid else k.conrelid end, k.contype = 'c' and k.contypid = 0
      from pg_constraint as k
     where k.contype in ('c', 'p', 'u', 'x')
     union all
    select 'pg_rewrite'::regclass, r.oid, 'c', r.ev_class, false
      from pg_rewrite as r
     where r.rulename = '_RETURN'
       and r.oid >= 16384
     union all
    select 'pg_statistic_ext'::regclass, s.oid, 'c', s.stxrelid, false
      from pg_statistic_ext as s
     union all select 'pg_collation'::regclass, c.oid, 'l', c.oid, false from pg_collation as c where c.oid >= 16384
     union all select 'pg_conversion'::regclass, c.oid, 'v', c.oid, false from pg_conversion as c where c.oid >= 16384
     union all select 'pg_operator'::regclass, o.oid, 'o', o.oid, false from pg_operator as o where o.oid >= 16384
     union all select 'pg_opfamily'::regclass, f.oid, 'F', f.oid, false from pg_opfamily as f where f.oid >= 16384
     union all select 'pg_opclass'::regclass, c.oid, 'C', c.oid, false from pg_opclass as c where c.oid >= 16384
     union all
    -- operators and functions of a class, and those that were added to its family
    select d.classid, d.objid, case when d.refclassid = 'pg_opclass'::regclass then 'C' else 'F' end, d.refobjid, false
      from pg_depend as d
     where d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass)
       and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
     union all select 'pg_ts_parser'::regclass, p.oid, 'R', p.oid, false from pg_ts_parser as p where p.oid >= 16384
     union all select 'pg_ts_template'::regclass, t.oid, 'T', t.oid, false from pg_ts_template as t where t.oid >= 16384
     union all select 'pg_ts_dict'::regclass, d.oid, 'D', d.oid, false from pg_ts_dict as d where d.oid >= 16384
     union all select 'pg_ts_config'::regclass, c.oid, 'X', c.oid, false from pg_ts_config as c where c.oid >= 16384
     union all select 'pg_cast'::regclass, c.oid, 'k', c.oid, false from pg_cast as c where c.oid >= 16384
     union all select 'pg_language'::regclass, l.oid, 'L', l.oid, false from pg_language as l where l.oid >= 16384
     union all select 'pg_am'::regclass, m.oid, 'a', m.oid, false from pg_am as m where m.oid >= 16384
     union all select 'pg_transform'::regclass, t.oid, 'f', t.oid, false from pg_transform as t where t.oid >= 16384
     union all select 'pg_foreign_data_wrapper'::regclass, f.oid, 'w', f.oid, false from pg_foreign_data_wrapper as f
     union all select 'pg_foreign_server'::regclass, s.oid, 's', s.oid, false from pg_foreign_server as s
)
select f.file_class as class, f.file as oid, t.file_class as needs_class, t.file as needs_oid, bool_and(f.soft) as soft
  from pg_depend as d
  join part as f on f.class = d.classid and f.part = d.objid
  join part as t on t.class = d.refclassid and t.part = d.refobjid
 where d.objid >= 16384
   and d.refobjid >= 16384
   and d.refclassid <> 'pg_namespace'::regclass
   -- Automatic and internal dependencies stay within a file, but for that of a partition on its parent, of an operator class
   -- on its family, and of what was added to one.
   and (d.deptype = 'n'
        or d.deptype = 'a' and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjsubid = 0
        or d.deptype = 'a' and d.classid in ('pg_opclass'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass))
   and (f.file_class, f.file) <> (t.file_class, t.file)
 group by f.file_class, f.file, t.file_class, t.file
