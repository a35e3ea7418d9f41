-- Collations and conversions. $1 schemas. Which version of a library a collation was made with is not told, it would not be the
-- replaying server's.
select 'l' as class, c.oid, 'collation' as kind, n.nspname as schema, c.collname as name, i.identity, null::text as arguments,
       format('create collation %I.%I (%s);', n.nspname, c.collname,
              concat_ws(', ', 'provider = ' || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
                        case when l.locale is not null then 'locale = ' || quote_literal(l.locale)
                             when c.collcollate = c.collctype then 'locale = ' || quote_literal(c.collcollate)
                             else format('lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) end,
                        'rules = ' || quote_literal(l.rules),
                        case when not c.collisdeterministic then 'deterministic = false' end)) as head,
       null::text as tail,
       format('alter collation %s owner to %I;', i.identity, pg_get_userbyid(c.collowner)) as owner_sql,
       pg_get_userbyid(c.collowner) as role
  from pg_collation as c
  join pg_namespace as n on n.oid = c.collnamespace
 cross join lateral pg_identify_object('pg_collation'::regclass, c.oid, 0) as i
 cross join lateral (
       -- 15 and 16 know the first, 17 the second; rules came with 16
       select coalesce(r.row ->> 'colliculocale', r.row ->> 'colllocale') as locale, r.row ->> 'collicurules' as rules
         from (select to_jsonb(c) as row) as r) as l
 where c.collnamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_collation'::regclass and d.objid = c.oid and d.deptype = 'e')
 union all
select 'v', c.oid, 'conversion', n.nspname, c.conname, i.identity, null,
       format('create %sconversion %I.%I for %L to %L from %s;', case when c.condefault then 'default ' else '' end, n.nspname, c.conname,
              pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc::text),
       null, format('alter conversion %s owner to %I;', i.identity, pg_get_userbyid(c.conowner)), pg_get_userbyid(c.conowner)
  from pg_conversion as c
  join pg_namespace as n on n.oid = c.connamespace
 cross join lateral pg_identify_object('pg_conversion'::regclass, c.oid, 0) as i
 where c.connamespace = any ($1::oid[])
   and not exists (select from pg_depend as d where d.classid = 'pg_conversion'::regclass and d.objid = c.oid and d.deptype = 'e')
