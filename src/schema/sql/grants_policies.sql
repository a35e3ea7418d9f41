-- The policies on tables of the schemas $1, each whole, as the server prints it.
select pg_catalog.format('%I.%I', n.nspname, c.relname) as relation, p.polname::text as name,
       pg_catalog.format('as %s for %s to %s', case when p.polpermissive then 'permissive' else 'restrictive' end,
                         case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                         (select pg_catalog.string_agg(w.name, ', ' order by w.name)
                            from (select case when r = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r)) end as name
                                    from pg_catalog.unnest(p.polroles) as r) as w))
       || coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
       || coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as definition
  from pg_catalog.pg_policy as p
  join pg_catalog.pg_class as c on c.oid = p.polrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
 where n.nspname = any ($1::text[])
 order by relation, name
