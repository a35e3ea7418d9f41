-- Constraints. $1 schemas. What refers to other tables comes when all tables exist. Constraints that a table inherits are
-- those of its parent, except that a partition, being written as a table of its own, repeats them.
-- bare, being empty, means that `later` can be said instead, afterwards.
select 'c' as class, k.conrelid as oid,
       case when k.contype = 'f' then 82 when not k.convalidated and k.contype <> 'n' then 30 else 12 end as section,
       case k.contype when 'p' then '1' when 'u' then '2' when 'x' then '3' else '4' end || k.conname as sort,
       case when k.contype = 'f' or not k.convalidated and k.contype <> 'n'
            then format('alter table %s%I.%I add constraint %I %s;', case c.relkind when 'p' then '' else 'only ' end,
                        n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
            else format('constraint %I %s', k.conname, pg_get_constraintdef(k.oid)) end as sql,
       case when k.contype = 'c' and k.convalidated then '' end as bare,
       case when k.contype = 'c' and k.convalidated
            then format('alter table %I.%I add constraint %I %s;', n.nspname, c.relname, k.conname,
                        pg_get_constraintdef(k.oid)) end as later,
       null::text as role
  from pg_constraint as k
  join pg_class as c on c.oid = k.conrelid
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and k.contype in ('p', 'u', 'x', 'c', 'f')
   and (k.contype <> 'f' or k.conparentid = 0)
   and (k.conislocal or c.relispartition)
