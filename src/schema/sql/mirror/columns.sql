-- Columns between the parentheses of create table, and what is said of columns afterwards. $1 schemas.
-- Options of a column that begin with pg_ are the server's own. bare and later are the same without and with only the default, for tables that would otherwise need each other.
with base as (
    select c.oid, c.relkind, c.relname, c.relispartition, a.attnum, a.attname, a.attislocal, a.attstorage, a.attidentity,
           a.attgenerated, a.attnotnull,
           array(select o from unnest(a.attoptions) as o where o !~ '^pg_' order by o) as attoptions, a.attfdwoptions, a.attcompression, a.attstattarget, t.typstorage,
           format('%I.%I', n.nspname, c.relname) as relation,
           format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
           || case when a.attcollation <> t.typcollation
                   then (select format(' collate %I.%I', l.nspname, k.collname)
                           from pg_collation as k
                           join pg_namespace as l on l.oid = k.collnamespace
                          where k.oid = a.attcollation) else '' end as start,
           pg_get_expr(d.adbin, d.adrelid) as expression
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      join pg_attribute as a on a.attrelid = c.oid
      left join pg_type as t on t.oid = a.atttypid
      left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where c.relnamespace = any ($1::oid[])
       and c.relkind in ('r', 'p', 'f', 'v', 'm')
       and a.attnum > 0
       and not a.attisdropped
), identity as (
    select d.refobjid as relation, d.refobjsubid as attnum, n.nspname, c.relname, s.*,
           case s.seqtypid when 'smallint'::regtype then -32768 when 'integer'::regtype then -2147483648
                           else -9223372036854775808 end as low,
           case s.seqtypid when 'smallint'::regtype then 32767 when 'integer'::regtype then 2147483647
                           else 9223372036854775807 end as high
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      join pg_sequence as s on s.seqrelid = c.oid
      join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
                         and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
     where c.relnamespace = any ($1::oid[])
), identity_text as (
    select i.relation, i.attnum,
           concat_ws(' ',
               case when i.relname <> b.relname || '_' || b.attname || '_seq' then format('sequence name %I.%I', i.nspname, i.relname) end,
               case when i.seqincrement <> 1 then 'increment by ' || i.seqincrement end,
               case when i.seqmin <> (case when i.seqincrement > 0 then 1 else i.low end) then 'minvalue ' || i.seqmin end,
               case when i.seqmax <> (case when i.seqincrement > 0 then i.high else -1 end) then 'maxvalue ' || i.seqmax end,
               case when i.seqstart <> (case when i.seqincrement > 0 then i.seqmin else i.seqmax end) then 'start with ' || i.seqstart end,
               case when i.seqcache <> 1 then 'cache ' || i.seqcache end,
               case when i.seqcycle then 'cycle' end) as words
      from identity as i
      join base as b on b.oid = i.relation and b.attnum = i.attnum
)
select 'c' as class, b.oid, 11 as section, lpad(b.attnum::text, 5, '0') as sort,
       b.start || x.compression || x.given || x.ends as sql,
       b.start || x.compression || x.ends as bare,
       case when b.attgenerated = '' and b.expression is not null
            then format('alter table only %s alter column %I set default %s;', b.relation, b.attname, b.expression) end as later,
       null::text as role
  from base as b
  left join identity_text as i on i.relation = b.oid and i.attnum = b.attnum
 cross join lateral (
       select coalesce((select ' options (' || string_agg(format('%I %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)),
                                                          ', ' order by o) || ')'
                          from unnest(b.attfdwoptions) as o), '')
              || case b.attcompression when 'p' then ' compression pglz' when 'l' then ' compression lz4' else '' end as compression,
              case when b.attgenerated = '' then coalesce(' default ' || b.expression, '') else '' end as given,
              case when b.attgenerated <> ''
                   then format(' generated always as (%s) %s', b.expression, case b.attgenerated when 's' then 'stored' else 'virtual' end)
                   else '' end
              || case when b.attidentity <> '' and i.words is not null
                      then format(' generated %s as identity', case b.attidentity when 'a' then 'always' else 'by default' end)
                           || case when i.words <> '' then ' (' || i.words || ')' else '' end
                      else '' end
              || case when b.attnotnull then ' not null' else '' end as ends) as x
 where b.relkind in ('r', 'p', 'f')
   and (b.attislocal or b.relispartition)
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'default', null, null,
       format('alter table only %s alter column %I set default %s;', b.relation, b.attname, b.expression), null
  from base as b
 where b.expression is not null
   and b.attgenerated = ''
   and (b.relkind in ('v', 'm') or not b.attislocal and not b.relispartition)
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'storage',
       format('alter table only %s alter column %I set storage %s;', b.relation, b.attname,
              case b.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end), null, null, null
  from base as b
 where b.attstorage <> b.typstorage
   and b.relkind in ('r', 'p', 'f', 'm')
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'statistics',
       format('alter table only %s alter column %I set statistics %s;', b.relation, b.attname, b.attstattarget), null, null, null
  from base as b
 where b.attstattarget >= 0
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'options',
       format('alter table only %s alter column %I set (%s);', b.relation, b.attname,
              array_to_string(b.attoptions, ', ')), null, null, null
  from base as b
 where b.attoptions <> '{}'
