-- Sequences but for those of identity columns, which their tables write. $1 schemas. Only what is not the default.
select 'c' as class, c.oid, 'sequence' as kind, n.nspname as schema, c.relname as name,
       format('%I.%I', n.nspname, c.relname) as identity, null::text as arguments,
       format('create %ssequence %I.%I as %s', case c.relpersistence when 'u' then 'unlogged ' else '' end, n.nspname, c.relname,
              format_type(s.seqtypid, null))
       || case when s.seqincrement <> 1 then format(E'\n    increment by %s', s.seqincrement) else '' end
       || case when s.seqmin <> (case when s.seqincrement > 0 then 1 else t.low end) then format(E'\n    minvalue %s', s.seqmin) else '' end
       || case when s.seqmax <> (case when s.seqincrement > 0 then t.high else -1 end) then format(E'\n    maxvalue %s', s.seqmax) else '' end
       || case when s.seqstart <> (case when s.seqincrement > 0 then s.seqmin else s.seqmax end)
               then format(E'\n    start with %s', s.seqstart) else '' end
       || case when s.seqcache <> 1 then format(E'\n    cache %s', s.seqcache) else '' end
       || case when s.seqcycle then E'\n    cycle' else '' end
       || ';' as head,
       null::text as tail,
       format('alter sequence %I.%I owner to %I;', n.nspname, c.relname, pg_get_userbyid(c.relowner)) as owner_sql,
       pg_get_userbyid(c.relowner) as role
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_sequence as s on s.seqrelid = c.oid
 cross join lateral (
       select case s.seqtypid when 'smallint'::regtype then -32768 when 'integer'::regtype then -2147483648
                              else -9223372036854775808 end as low,
              case s.seqtypid when 'smallint'::regtype then 32767 when 'integer'::regtype then 2147483647
                              else 9223372036854775807 end as high) as t
 where c.relnamespace = any ($1::oid[])
   and c.relpersistence <> 't'
   and not exists (select from pg_depend as d
                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
