-- Indexes that no constraint stands for, and what is set on indexes; replica identity; extended statistics; attaching a
-- partition, which comes last since it takes over the indexes that are there. $1 schemas.
with named as (
    select x.indexrelid, x.indrelid, x.indisvalid, x.indisclustered, x.indisreplident, x.indexprs is not null as computes,
           i.relname as index, i.relkind,
           format('%I.%I', n.nspname, i.relname) as name,
           format('%I.%I', n.nspname, c.relname) as relation,
           exists (select from pg_constraint as k
                    where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x')) as of_constraint
      from pg_index as x
      join pg_class as i on i.oid = x.indexrelid
      join pg_class as c on c.oid = x.indrelid
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relnamespace = any ($1::oid[])
       and c.relkind in ('r', 'p', 'm')
       and c.relpersistence <> 't'
)
select 'c' as class, x.indrelid as oid, 40 as section, x.index::text as sort, pg_get_indexdef(x.indexrelid) || ';' as sql,
       null::text as bare, null::text as later, null::text as role
  from named as x
 where not x.of_constraint
 union all
select 'c', x.indrelid, 40, x.index || E'\x01invalid', format('-- index %s is invalid: no query uses it', x.name), null, null, null
  from named as x
 where not x.indisvalid
   and x.relkind = 'i'
 union all
select 'c', x.indrelid, 42, x.index::text, format('alter table %s cluster on %I;', x.relation, x.index), null, null, null
  from named as x
 where x.indisclustered
 union all
select 'c', x.indrelid, 43, x.index::text, format('alter table only %s replica identity using index %I;', x.relation, x.index), null, null, null
  from named as x
 where x.indisreplident
 union all
select 'c', x.indrelid, 44, x.index || lpad(a.attnum::text, 5, '0'),
       format('alter index %s alter column %s set statistics %s;', x.name, a.attnum, a.attstattarget), null, null, null
  from named as x
 cross join lateral (
       select a.attnum, a.attstattarget
         from pg_attribute as a
        where a.attrelid = x.indexrelid
          and a.attnum > 0
          and a.attstattarget >= 0
        offset 0) as a
 where x.computes
 union all
select 'c', c.oid, 43, '', format('alter table only %I.%I replica identity %s;', n.nspname, c.relname,
                                  case c.relreplident when 'n' then 'nothing' else 'full' end), null, null, null
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and c.relkind in ('r', 'p')
   and c.relreplident in ('n', 'f')
 union all
select 'c', s.stxrelid, 45, s.stxname::text, pg_get_statisticsobjdef(s.oid) || ';', null, null, null
  from pg_statistic_ext as s
 where s.stxnamespace = any ($1::oid[])
 union all
select 'c', s.stxrelid, 45, s.stxname || E'\x01target',
       format('alter statistics %I.%I set statistics %s;', n.nspname, s.stxname, s.stxstattarget), null, null, null
  from pg_statistic_ext as s
  join pg_namespace as n on n.oid = s.stxnamespace
 where s.stxnamespace = any ($1::oid[])
   and s.stxstattarget >= 0
 union all
select 'c', s.stxrelid, 45, s.stxname || E'\x01owner',
       format('alter statistics %I.%I owner to %I;', n.nspname, s.stxname, pg_get_userbyid(s.stxowner)), null, null, pg_get_userbyid(s.stxowner)
  from pg_statistic_ext as s
  join pg_namespace as n on n.oid = s.stxnamespace
  join pg_class as c on c.oid = s.stxrelid
 where s.stxnamespace = any ($1::oid[])
   and s.stxowner <> c.relowner
 union all
select 'c', c.oid, 50, '',
       format('alter table only %I.%I attach partition %I.%I %s;', pn.nspname, p.relname, n.nspname, c.relname,
              pg_get_expr(c.relpartbound, c.oid)), null, null, null
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_inherits as i on i.inhrelid = c.oid
  join pg_class as p on p.oid = i.inhparent
  join pg_namespace as pn on pn.oid = p.relnamespace
 where c.relnamespace = any ($1::oid[])
   and c.relispartition
   and c.relkind in ('r', 'p', 'f')
