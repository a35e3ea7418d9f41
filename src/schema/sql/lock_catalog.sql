-- What locks depend on and the text of a statement does not say, one fact a line, in the order of bytes. Reads plain columns only:
-- the functions that print definitions would wait for locks.
with relations as materialized (
    select c.oid, c.relkind, c.relname, n.nspname || '.' || c.relname as name
      from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_'
       and n.nspname <> 'information_schema'
), lines (what, name, other, detail, column_name, other_column) as (
    select 'relation', r.name, r.relkind::text, null, null, null
      from relations as r
    union all
    select 'visible', r.relname, r.name, null, null, null
      from relations as r
     where pg_catalog.pg_table_is_visible(r.oid)
    union all
    select 'index', i.name, r.name, null, null, null
      from pg_catalog.pg_index as x
      join relations as i on i.oid = x.indexrelid
      join relations as r on r.oid = x.indrelid
    union all
    select 'child', p.name, r.name, case when d.partdefid = r.oid then 'default' end, null, null
      from pg_catalog.pg_inherits as h
      join relations as r on r.oid = h.inhrelid
      join relations as p on p.oid = h.inhparent
      left join pg_catalog.pg_partitioned_table as d on d.partrelid = h.inhparent
    union all
    select 'parent', r.name, p.name, null, null, null
      from pg_catalog.pg_inherits as h
      join relations as r on r.oid = h.inhrelid
      join relations as p on p.oid = h.inhparent
    union all
    select 'foreign', r.name, o.name, k.conname, a.attname, b.attname
      from pg_catalog.pg_constraint as k
      join relations as r on r.oid = k.conrelid
      join relations as o on o.oid = k.confrelid
      cross join lateral unnest(k.conkey, k.confkey) as u (one, two)
      join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.one
      join pg_catalog.pg_attribute as b on b.attrelid = k.confrelid and b.attnum = u.two
     where k.contype = 'f'
       and k.conparentid = 0
    union all
    select 'checked', r.name, a.attname, null, null, null
      from pg_catalog.pg_constraint as k
      join relations as r on r.oid = k.conrelid
      join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
     where k.contype = 'c'
       and k.convalidated
       and pg_catalog.cardinality(k.conkey) = 1
    union all
    select 'unvalidated', r.name, k.conname, null, null, null
      from pg_catalog.pg_constraint as k
      join relations as r on r.oid = k.conrelid
     where not k.convalidated
    union all
    select distinct 'domain', n.nspname || '.' || t.typname, null, null, null, null
      from pg_catalog.pg_constraint as k
      join pg_catalog.pg_type as t on t.oid = k.contypid
      join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    union all
    select distinct 'typed', n.nspname || '.' || t.typname, r.name, null, null, null
      from pg_catalog.pg_attribute as a
      join relations as r on r.oid = a.attrelid
      join pg_catalog.pg_type as t on t.oid = a.atttypid and t.typtype = 'd'
      join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
     where not a.attisdropped
       and r.relkind in ('r', 'm', 'p')
    union all
    select 'triggered', r.name, null, null, null, null
      from relations as r
     where exists (select from pg_catalog.pg_trigger as t where t.tgrelid = r.oid and not t.tgisinternal)
        or exists (select from pg_catalog.pg_rewrite as w where w.ev_class = r.oid and w.ev_type <> '1')
    union all
    select distinct 'function', f.proname::text, null, null, null, null
      from pg_catalog.pg_proc as f
      join pg_catalog.pg_namespace as n on n.oid = f.pronamespace
     where n.nspname !~ '^pg_'
       and n.nspname <> 'information_schema'
)
select l.what, l.name::text as name, l.other::text as other, l.detail::text as detail, l.column_name::text as column_name,
       l.other_column::text as other_column
  from lines as l
 order by l.what collate "C", l.name::text collate "C", l.other::text collate "C"
