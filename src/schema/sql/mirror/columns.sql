-- Columns between the parentheses of create table, and what is said of columns afterwards. $1 schemas.
-- Options of a column that begin with pg_ are the server's own. bare and later are the same without and with only the default, for tables that would otherwise need each other.
-- offset 0 keeps an expression from being run once for every place where it is used.
with base as materialized (
    select c.oid, c.relkind, c.relname, c.relispartition, a.attnum, a.attname, a.attislocal, a.attstorage, a.attidentity,
           a.attgenerated, a.attnotnull, a.attfdwoptions, a.attcompression, a.attstattarget, a.attoptions, a.atttypid, a.atttypmod,
           a.attcollation, a.atthasdef, n.nspname, t.typstorage, t.typcollation
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      join pg_attribute as a on a.attrelid = c.oid
      join pg_type as t on t.oid = a.atttypid
     where c.relnamespace = any ($1::oid[])
       and c.relkind in ('r', 'p', 'f', 'v', 'm')
       and a.attnum > 0
       and not a.attisdropped
), plain as not materialized (
    select b.*, format('%I.%I', b.nspname, b.relname) as relation
      from base as b
)
select 'c' as class, x.oid, 11 as section, lpad(x.attnum::text, 5, '0') as sort,
       x.start || x.given || x.ends as sql,
       case when x.given <> '' then x.start || x.ends end as bare,
       case when x.given <> '' then format('alter table only %I.%I alter column %I set%s;', x.nspname, x.relname, x.attname, x.given) end as later,
       null::text as role
  from (select c.oid, c.attnum, c.nspname, c.relname, c.attname,
               quote_ident(c.attname) || ' ' || format_type(c.atttypid, c.atttypmod)
               || case when c.attcollation <> c.typcollation
                       then (select format(' collate %I.%I', l.nspname, k.collname)
                               from pg_collation as k
                               join pg_namespace as l on l.oid = k.collnamespace
                              where k.oid = c.attcollation) else '' end
               || case when c.attfdwoptions is null then ''
                       else coalesce((select ' options (' || string_agg(format('%I %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)),
                                                                       ', ' order by o) || ')'
                                        from unnest(c.attfdwoptions) as o), '') end
               || case c.attcompression when 'p' then ' compression pglz' when 'l' then ' compression lz4' else '' end as start,
               case when c.attgenerated = '' then coalesce(' default ' || c.expression, '') else '' end as given,
               case when c.attgenerated <> ''
                    then format(' generated always as (%s) %s', c.expression, case c.attgenerated when 's' then 'stored' else 'virtual' end)
                    else '' end
               || case when c.words is not null
                       then format(' generated %s as identity', case c.attidentity when 'a' then 'always' else 'by default' end)
                            || case when c.words <> '' then ' (' || c.words || ')' else '' end
                       else '' end
               || case when c.attnotnull then ' not null' else '' end as ends
          from (select b.*,
                       case when b.atthasdef
                            then (select pg_get_expr(d.adbin, d.adrelid)
                                    from pg_attrdef as d
                                   where d.adrelid = b.oid
                                     and d.adnum = b.attnum) end as expression,
                       case when b.attidentity <> ''
                            then (select concat_ws(' ',
                                             case when q.relname <> b.relname || '_' || b.attname || '_seq'
                                                  then format('sequence name %I.%I', n.nspname, q.relname) end,
                                             case when s.seqincrement <> 1 then 'increment by ' || s.seqincrement end,
                                             case when s.seqmin <> (case when s.seqincrement > 0 then 1 else l.low end) then 'minvalue ' || s.seqmin end,
                                             case when s.seqmax <> (case when s.seqincrement > 0 then l.high else -1 end) then 'maxvalue ' || s.seqmax end,
                                             case when s.seqstart <> (case when s.seqincrement > 0 then s.seqmin else s.seqmax end)
                                                  then 'start with ' || s.seqstart end,
                                             case when s.seqcache <> 1 then 'cache ' || s.seqcache end,
                                             case when s.seqcycle then 'cycle' end)
                                    from pg_depend as o
                                    join pg_class as q on q.oid = o.objid
                                    join pg_namespace as n on n.oid = q.relnamespace
                                    join pg_sequence as s on s.seqrelid = q.oid
                                   cross join lateral (
                                         select case s.seqtypid when 'smallint'::regtype then -32768
                                                                when 'integer'::regtype then -2147483648
                                                                else -9223372036854775808 end as low,
                                                case s.seqtypid when 'smallint'::regtype then 32767
                                                                when 'integer'::regtype then 2147483647
                                                                else 9223372036854775807 end as high) as l
                                   where o.refclassid = 'pg_class'::regclass
                                     and o.refobjid = b.oid
                                     and o.refobjsubid = b.attnum
                                     and o.classid = 'pg_class'::regclass
                                     and o.deptype = 'i') end as words
                  from base as b
                 where b.relkind in ('r', 'p', 'f')
                   and (b.attislocal or b.relispartition)
                 offset 0) as c
         offset 0) as x
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'default', null, null,
       format('alter table only %s alter column %I set default %s;', b.relation, b.attname, pg_get_expr(d.adbin, d.adrelid)), null
  from plain as b
  join pg_attrdef as d on d.adrelid = b.oid and d.adnum = b.attnum
 where b.atthasdef
   and b.attgenerated = ''
   and (b.relkind in ('v', 'm') or not b.attislocal and not b.relispartition)
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'storage',
       format('alter table only %s alter column %I set storage %s;', b.relation, b.attname,
              case b.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end), null, null, null
  from plain as b
 where b.attstorage <> b.typstorage
   and b.relkind in ('r', 'p', 'f', 'm')
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'statistics',
       format('alter table only %s alter column %I set statistics %s;', b.relation, b.attname, b.attstattarget), null, null, null
  from plain as b
 where b.attstattarget >= 0
 union all
select 'c', b.oid, 30, lpad(b.attnum::text, 5, '0') || 'options',
       format('alter table only %s alter column %I set (%s);', b.relation, b.attname, array_to_string(o.options, ', ')), null, null, null
  from plain as b
 cross join lateral (
       select array_agg(o order by o) as options
         from unnest(b.attoptions) as o
        where o !~ '^pg_') as o
 where (cardinality(b.attoptions) > 1 or b.attoptions[1] !~ '^pg_')
   and o.options is not null
