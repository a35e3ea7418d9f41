-- Tables, partitions and foreign tables. $1 schemas, $2 partitions that are not written.
-- Columns and constraints come between head and tail.
-- A partition is written as a table of its own that is attached later, with the names that its indexes have.
with option as (
    select o.relation, string_agg(o.word, ', ' order by o.word) as words
      from (select c.oid as relation, w.word
              from pg_class as c
             cross join lateral (
                   select x.prefix || split_part(x.item, '=', 1) || '='
                          || case when substr(x.item, strpos(x.item, '=') + 1) ~ '^([0-9.]+|true|false|on|off)$'
                                  then substr(x.item, strpos(x.item, '=') + 1)
                                  else quote_literal(substr(x.item, strpos(x.item, '=') + 1)) end as word
                     from (select '' as prefix, unnest(c.reloptions) as item
                            union all
                           select 'toast.', unnest(t.reloptions)
                             from pg_class as t
                            where t.oid = c.reltoastrelid) as x) as w
             where c.relnamespace = any ($1::oid[])
               and c.relkind in ('r', 'p')) as o
     group by o.relation
)
select 'c' as class, c.oid, case c.relkind when 'f' then 'foreign table' else 'table' end as kind, n.nspname as schema,
       c.relname as name, q.name as identity, null::text as arguments,
       format('create %stable %s (', case when c.relkind = 'f' then 'foreign ' when c.relpersistence = 'u' then 'unlogged '
                                          else '' end, q.name) as head,
       ')'
       || coalesce((select E'\ninherits (' || string_agg(format('%I.%I', pn.nspname, p.relname), ', ' order by i.inhseqno) || ')'
                      from pg_inherits as i
                      join pg_class as p on p.oid = i.inhparent
                      join pg_namespace as pn on pn.oid = p.relnamespace
                     where i.inhrelid = c.oid
                       and not c.relispartition), '')
       || case c.relkind when 'p' then E'\npartition by ' || pg_get_partkeydef(c.oid) else '' end
       || coalesce((select E'\nusing ' || quote_ident(m.amname) from pg_am as m where m.oid = c.relam and m.amname <> 'heap'), '')
       || coalesce(E'\nwith (' || option.words || ')', '')
       || coalesce((select E'\ntablespace ' || quote_ident(t.spcname) from pg_tablespace as t where t.oid = c.reltablespace), '')
       || coalesce((select format(E'\nserver %I', s.srvname)
                           || coalesce((select E'\noptions (' || string_agg(format('%I %L', split_part(o, '=', 1),
                                                      substr(o, strpos(o, '=') + 1)), ', ' order by o) || ')'
                                          from unnest(f.ftoptions) as o), '')
                      from pg_foreign_table as f
                      join pg_foreign_server as s on s.oid = f.ftserver
                     where f.ftrelid = c.oid), '')
       || ';'
       || coalesce((select format(E'\nalter table %s of %I.%I;', q.name, tn.nspname, t.typname)
                      from pg_type as t
                      join pg_namespace as tn on tn.oid = t.typnamespace
                     where t.oid = c.reloftype), '') as tail,
       format('alter %stable %s owner to %I;', case c.relkind when 'f' then 'foreign ' else '' end, q.name,
              pg_get_userbyid(c.relowner)) as owner_sql,
       pg_get_userbyid(c.relowner) as role
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 cross join lateral (select format('%I.%I', n.nspname, c.relname) as name) as q
  left join option on option.relation = c.oid
 where c.relnamespace = any ($1::oid[])
   and c.relkind in ('r', 'p', 'f')
   and c.relpersistence <> 't'
   and not c.oid = any ($2::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
