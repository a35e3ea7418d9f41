-- Partitions that are not written one by one: those below a parent that a module declares as partitioned ($2, names
-- "schema.table"), as long as they are like their siblings. $1 schemas. A partition with another owner, a privilege, an index,
-- a constraint, a trigger, a policy, an option or a column that its parent has not is written like any table; an index is
-- not counted against it when most of its siblings have it, and then one that lacks it is written.
-- Gives such partitions (hidden), and per parent what there is to say about all of its partitions (remark).
with parent as (
    select c.oid, c.relowner
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind = 'p'
       and c.relnamespace = any ($1::oid[])
       and n.nspname || '.' || c.relname = any ($2::text[])
), child as (
    select c.oid, p.oid as parent, c.reltoastrelid,
           c.relnamespace = any ($1::oid[])
           and c.relkind = 'r'
           and c.relowner = p.relowner
           and c.relpersistence = 'p'
           and c.reloptions is null
           and c.reltablespace = 0
           and c.relreplident = 'd'
           and c.relacl is null
           and not c.relrowsecurity
           and not c.relforcerowsecurity as plain
      from parent as p
      join pg_inherits as i on i.inhparent = p.oid
      join pg_class as c on c.oid = i.inhrelid and c.relispartition
), own_index as (
    select c.parent, c.oid, case when x.indisunique then 'UNIQUE ' else '' end
                            || substr(d.text, strpos(d.text, ' USING ') + 1) as definition
      from child as c
      join pg_index as x on x.indrelid = c.oid and x.indisvalid
     cross join lateral (select pg_get_indexdef(x.indexrelid) as text) as d
     where not exists (select from pg_inherits as i where i.inhrelid = x.indexrelid)
       and not exists (select from pg_constraint as k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
), usual_index as (
    select o.parent, o.definition
      from own_index as o
     group by o.parent, o.definition
    having count(distinct o.oid) * 2 > (select count(*) from child as c where c.parent = o.parent)
), usual as (
    select u.parent, array_agg(u.definition order by u.definition collate "C") as definitions
      from usual_index as u
     group by u.parent
), own as (
    select o.oid, array_agg(o.definition order by o.definition collate "C") as definitions
      from own_index as o
     group by o.oid
), shape as (
    select a.attrelid, array_agg(format('%s %s %s %s %s %s %s %s', a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attcollation,
                                        a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid))
                                 order by a.attname) as columns,
           bool_or(a.attacl is not null or coalesce(a.attstattarget, -1) >= 0
                   or exists (select from unnest(a.attoptions) as o where o !~ '^pg_')) as own
      from (select c.oid from child as c union all select p.oid from parent as p) as w
      join pg_attribute as a on a.attrelid = w.oid
      left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0
       and not a.attisdropped
     group by a.attrelid
)
select c.oid as hidden, null::oid as parent, null::text as sort, null::text as remark
  from child as c
  join shape as s on s.attrelid = c.oid
  join shape as p on p.attrelid = c.parent
  left join own on own.oid = c.oid
  left join usual on usual.parent = c.parent
 where c.plain
   and s.columns = p.columns
   and not s.own
   and own.definitions is not distinct from usual.definitions
   and not exists (select from pg_class as t where t.oid = c.reltoastrelid and t.reloptions is not null)
   and not exists (select from pg_index as x
                    where x.indrelid = c.oid
                      and (not x.indisvalid or x.indisclustered
                           or exists (select from pg_class as k where k.oid = x.indexrelid and k.reloptions is not null)))
   and not exists (select from pg_constraint as k where k.conrelid = c.oid and k.coninhcount = 0 and k.contype <> 'n')
   and not exists (select from pg_trigger as t
                    where t.tgrelid = c.oid and (t.tgparentid = 0 and not t.tgisinternal or t.tgenabled <> 'O'))
   and not exists (select from pg_rewrite as r where r.ev_class = c.oid)
   and not exists (select from pg_policy as p where p.polrelid = c.oid)
   and not exists (select from pg_statistic_ext as t where t.stxrelid = c.oid)
   and not exists (select from pg_inherits as i where i.inhparent = c.oid)
 union all
select null, p.oid, '',
       E'-- Its partitions are made while the system runs and are not written one by one, unless one differs from this\n'
        '-- table, or from most of the others, in more than its bounds.'
  from parent as p
 union all
select null, u.parent, u.definition, '-- Each of them also has an index of its own: ' || u.definition
  from usual_index as u
