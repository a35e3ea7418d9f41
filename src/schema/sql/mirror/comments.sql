-- Comments, each after what it speaks of. $1 schemas.
with said as (
    select d.objoid, d.classoid, d.objsubid, d.description
      from pg_description as d
     where d.objoid >= 16384
        or d.classoid = 'pg_namespace'::regclass
)
select 'n' as class, n.oid, 60 as section, '' as sort, format('comment on schema %I is %L;', n.nspname, d.description) as sql,
       null::text as bare, null::text as later, null::text as role
  from said as d
  join pg_namespace as n on n.oid = d.objoid
 where d.classoid = 'pg_namespace'::regclass
   and n.oid = any ($1::oid[])
   and not (n.nspname = 'public' and d.description = 'standard public schema')
 union all
select 'n', n.oid, 60, '', 'comment on schema public is null;', null, null, null
  from pg_namespace as n
 where n.oid = any ($1::oid[])
   and n.nspname = 'public'
   and obj_description(n.oid, 'pg_namespace') is null
 union all
select 'c', c.oid, 60, lpad(d.objsubid::text, 5, '0'),
       case d.objsubid
       when 0 then format('comment on %s %I.%I is %L;',
                          case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                                         when 'f' then 'foreign table' else 'table' end, n.nspname, c.relname, d.description)
       else format('comment on column %I.%I.%I is %L;', n.nspname, c.relname,
                   (select a.attname from pg_attribute as a where a.attrelid = c.oid and a.attnum = d.objsubid), d.description) end,
       null, null, null
  from said as d
  join pg_class as c on c.oid = d.objoid
  join pg_namespace as n on n.oid = c.relnamespace
 where d.classoid = 'pg_class'::regclass
   and c.relnamespace = any ($1::oid[])
   and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
 union all
select 'c', x.indrelid, 61, i.relname::text, format('comment on index %I.%I is %L;', n.nspname, i.relname, d.description), null, null, null
  from said as d
  join pg_index as x on x.indexrelid = d.objoid
  join pg_class as i on i.oid = x.indexrelid
  join pg_namespace as n on n.oid = i.relnamespace
 where d.classoid = 'pg_class'::regclass
   and i.relnamespace = any ($1::oid[])
 union all
select 't', t.oid, 60, '',
       format('comment on %s %I.%I is %L;', case t.typtype when 'd' then 'domain' else 'type' end, n.nspname, t.typname, d.description),
       null, null, null
  from said as d
  join pg_type as t on t.oid = d.objoid
  join pg_namespace as n on n.oid = t.typnamespace
 where d.classoid = 'pg_type'::regclass
   and t.typnamespace = any ($1::oid[])
 union all
select 't', c.reltype, 60, lpad(d.objsubid::text, 5, '0'),
       format('comment on column %I.%I.%I is %L;', n.nspname, c.relname, a.attname, d.description), null, null, null
  from said as d
  join pg_class as c on c.oid = d.objoid
  join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid
  join pg_namespace as n on n.oid = c.relnamespace
 where d.classoid = 'pg_class'::regclass
   and d.objsubid > 0
   and c.relkind = 'c'
   and c.relnamespace = any ($1::oid[])
 union all
select 'p', p.oid, 60, '',
       format('comment on %s %I.%I(%s) is %L;', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
              n.nspname, p.proname,
              case when p.prokind = 'a' and p.pronargs = 0 then '*' else pg_get_function_identity_arguments(p.oid) end, d.description),
       null, null, null
  from said as d
  join pg_proc as p on p.oid = d.objoid
  join pg_namespace as n on n.oid = p.pronamespace
 where d.classoid = 'pg_proc'::regclass
   and p.pronamespace = any ($1::oid[])
 union all
select case when k.contypid <> 0 then 't' else 'c' end, case when k.contypid <> 0 then k.contypid else k.conrelid end,
       case k.contype when 'f' then 89 else 62 end, k.conname::text,
       format('comment on constraint %I on %s%s is %L;', k.conname, case when k.contypid <> 0 then 'domain ' else '' end,
              format('%I.%I', coalesce(tn.nspname, n.nspname), coalesce(t.typname, c.relname)), d.description), null, null, null
  from said as d
  join pg_constraint as k on k.oid = d.objoid
  left join pg_class as c on c.oid = k.conrelid
  left join pg_namespace as n on n.oid = c.relnamespace
  left join pg_type as t on t.oid = k.contypid
  left join pg_namespace as tn on tn.oid = t.typnamespace
 where d.classoid = 'pg_constraint'::regclass
   and k.connamespace = any ($1::oid[])
 union all
select 'c', c.oid, 89, 'trigger ' || t.tgname, format('comment on trigger %I on %I.%I is %L;', t.tgname, n.nspname, c.relname, d.description),
       null, null, null
  from said as d
  join pg_trigger as t on t.oid = d.objoid
  join pg_class as c on c.oid = t.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
 where d.classoid = 'pg_trigger'::regclass
   and c.relnamespace = any ($1::oid[])
 union all
select 'c', c.oid, 89, 'policy ' || p.polname, format('comment on policy %I on %I.%I is %L;', p.polname, n.nspname, c.relname, d.description),
       null, null, null
  from said as d
  join pg_policy as p on p.oid = d.objoid
  join pg_class as c on c.oid = p.polrelid
  join pg_namespace as n on n.oid = c.relnamespace
 where d.classoid = 'pg_policy'::regclass
   and c.relnamespace = any ($1::oid[])
 union all
select 'c', c.oid, 89, 'rule ' || r.rulename, format('comment on rule %I on %I.%I is %L;', r.rulename, n.nspname, c.relname, d.description),
       null, null, null
  from said as d
  join pg_rewrite as r on r.oid = d.objoid
  join pg_class as c on c.oid = r.ev_class
  join pg_namespace as n on n.oid = c.relnamespace
 where d.classoid = 'pg_rewrite'::regclass
   and c.relnamespace = any ($1::oid[])
 union all
select 'c', s.stxrelid, 62, 'statistics ' || s.stxname, format('comment on statistics %I.%I is %L;', n.nspname, s.stxname, d.description),
       null, null, null
  from said as d
  join pg_statistic_ext as s on s.oid = d.objoid
  join pg_namespace as n on n.oid = s.stxnamespace
 where d.classoid = 'pg_statistic_ext'::regclass
   and s.stxnamespace = any ($1::oid[])
 union all
select k.class, d.objoid, 60, '',
       format('comment on %s %s is %L;', replace(i.type, 'foreign-data', 'foreign data'), i.identity, d.description), null, null, null
  from said as d
  join (values ('pg_collation'::regclass, 'l'), ('pg_conversion', 'v'), ('pg_operator', 'o'), ('pg_opfamily', 'F'), ('pg_opclass', 'C'),
               ('pg_ts_parser', 'R'), ('pg_ts_template', 'T'), ('pg_ts_dict', 'D'), ('pg_ts_config', 'X'), ('pg_cast', 'k'),
               ('pg_language', 'L'), ('pg_am', 'a'), ('pg_foreign_data_wrapper', 'w'), ('pg_foreign_server', 's'),
               ('pg_publication', 'P'), ('pg_subscription', 'S')) as k (catalog, class) on k.catalog = d.classoid
 cross join lateral pg_identify_object(d.classoid, d.objoid, 0) as i
 union all
select 'f', t.oid, 60, '', format('comment on transform for %s language %I is %L;', format_type(t.trftype, null), l.lanname, d.description),
       null, null, null
  from said as d
  join pg_transform as t on t.oid = d.objoid
  join pg_language as l on l.oid = t.trflang
 where d.classoid = 'pg_transform'::regclass
