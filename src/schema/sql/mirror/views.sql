-- Views and materialized views. $1 schemas. check_option is among the options. A materialized view is made empty.
select 'c' as class, c.oid, case c.relkind when 'm' then 'materialized view' else 'view' end as kind, n.nspname as schema,
       c.relname as name, format('%I.%I', n.nspname, c.relname) as identity, null::text as arguments,
       format('create %sview %I.%I', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname)
       || coalesce((select E'\nwith (' || string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', '
                                                     order by o) || ')'
                      from unnest(c.reloptions) as o), '')
       || coalesce((select E'\ntablespace ' || quote_ident(t.spcname) from pg_tablespace as t where t.oid = c.reltablespace), '')
       || E' as\n'
       || case c.relkind when 'm' then rtrim(pg_get_viewdef(c.oid), ';') || E'\nwith no data;' else pg_get_viewdef(c.oid) end as head,
       null::text as tail,
       format('alter %sview %I.%I owner to %I;', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname,
              pg_get_userbyid(c.relowner)) as owner_sql,
       pg_get_userbyid(c.relowner) as role
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relnamespace = any ($1::oid[])
   and c.relkind in ('v', 'm')
   and c.relpersistence <> 't'
   and not exists (select from pg_depend as d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
