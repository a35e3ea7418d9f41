-- $1 schemas. What public is in every new database is not written.
select 'n' as class, n.oid, 'schema' as kind, n.nspname as schema, n.nspname as name, quote_ident(n.nspname) as identity,
       null::text as arguments,
       format('create schema %s%I;', case n.nspname when 'public' then 'if not exists ' else '' end, n.nspname) as head,
       null::text as tail,
       case when n.nspname = 'public' and n.nspowner = 'pg_database_owner'::regrole then null
            else format('alter schema %I owner to %I;', n.nspname, pg_get_userbyid(n.nspowner)) end as owner_sql,
       pg_get_userbyid(n.nspowner) as role
  from pg_namespace as n
 where n.oid = any ($1::oid[])
