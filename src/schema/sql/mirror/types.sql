-- Domains, enumerations, composite and range types. $1 schemas.
select 't' as class, t.oid,
       case t.typtype when 'd' then 'domain' else 'type' end as kind,
       n.nspname as schema, t.typname as name, q.name as identity, null::text as arguments,
       case t.typtype
       when 'd' then
           format('create domain %s as %s', q.name, format_type(t.typbasetype, t.typtypmod))
           || coalesce((select format(' collate %I.%I', cn.nspname, c.collname)
                          from pg_collation as c
                          join pg_namespace as cn on cn.oid = c.collnamespace
                          join pg_type as b on b.oid = t.typbasetype
                         where c.oid = t.typcollation
                           and t.typcollation <> b.typcollation), '')
           || coalesce(E'\n    default ' || pg_get_expr(t.typdefaultbin, 0), '')
           || case when t.typnotnull then E'\n    not null' else '' end
           || coalesce((select string_agg(format(E'\n    constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), ''
                                          order by k.conname collate "C")
                          from pg_constraint as k
                         where k.contypid = t.oid
                           and k.contype = 'c'
                           and k.convalidated), '')
           || ';'
           || coalesce((select string_agg(format(E'\nalter domain %s add constraint %I %s;', q.name, k.conname,
                                                 pg_get_constraintdef(k.oid)), '' order by k.conname collate "C")
                          from pg_constraint as k
                         where k.contypid = t.oid
                           and k.contype = 'c'
                           and not k.convalidated), '')
       when 'e' then
           format('create type %s as enum (', q.name)
           || coalesce((select string_agg(E'\n    ' || quote_literal(e.enumlabel), ',' order by e.enumsortorder)
                          from pg_enum as e
                         where e.enumtypid = t.oid), '')
           || E'\n);'
       when 'c' then
           format('create type %s as (', q.name)
           || coalesce((select string_agg(format(E'\n    %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                                          || coalesce((select format(' collate %I.%I', cn.nspname, c.collname)
                                                         from pg_collation as c
                                                         join pg_namespace as cn on cn.oid = c.collnamespace
                                                         join pg_type as b on b.oid = a.atttypid
                                                        where c.oid = a.attcollation
                                                          and a.attcollation <> b.typcollation), ''),
                                          ',' order by a.attnum)
                          from pg_attribute as a
                         where a.attrelid = t.typrelid
                           and a.attnum > 0
                           and not a.attisdropped), '')
           || E'\n);'
       else
           (select format(E'create type %s as range (\n    subtype = %s,\n    subtype_opclass = %I.%I', q.name,
                          format_type(r.rngsubtype, null), opn.nspname, op.opcname)
                   || coalesce((select format(E',\n    collation = %I.%I', cn.nspname, c.collname)
                                  from pg_collation as c
                                  join pg_namespace as cn on cn.oid = c.collnamespace
                                 where c.oid = r.rngcollation), '')
                   || case when r.rngcanonical <> 0 then E',\n    canonical = ' || r.rngcanonical::text else '' end
                   || case when r.rngsubdiff <> 0 then E',\n    subtype_diff = ' || r.rngsubdiff::text else '' end
                   || coalesce((select format(E',\n    multirange_type_name = %I.%I', mn.nspname, m.typname)
                                  from pg_type as m
                                  join pg_namespace as mn on mn.oid = m.typnamespace
                                 where m.oid = r.rngmultitypid), '')
                   || E'\n);'
              from pg_range as r
              join pg_opclass as op on op.oid = r.rngsubopc
              join pg_namespace as opn on opn.oid = op.opcnamespace
             where r.rngtypid = t.oid)
       end as head,
       null::text as tail,
       format('alter %s %s owner to %I;', case t.typtype when 'd' then 'domain' else 'type' end, q.name,
              pg_get_userbyid(t.typowner)) as owner_sql,
       pg_get_userbyid(t.typowner) as role
  from pg_type as t
  join pg_namespace as n on n.oid = t.typnamespace
 cross join lateral (select format('%I.%I', n.nspname, t.typname) as name) as q
  left join pg_class as c on c.oid = t.typrelid
 where t.typnamespace = any ($1::oid[])
   and (t.typtype in ('d', 'e', 'r') or t.typtype = 'c' and c.relkind = 'c')
   and not exists (select from pg_depend as d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
