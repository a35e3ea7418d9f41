-- The statements that turn an installation under one role ($1) into one under two: $2 the owner role, $3 the api role.
-- $4 schemas of the modules, $5 identities of the functions and views that api is to own; all else, what migrations made
-- and the runner's own schema, goes to the owner role.
with own as (
    select n.oid, n.nspname
      from pg_catalog.pg_namespace as n
     where n.nspname = 'daybook' or n.nspname = any ($4::text[])
), old as (
    select r.oid from pg_catalog.pg_roles as r where r.rolname = $1::name
), hand_over as (
    select 2 as step, pg_catalog.format('alter %s owner to %I', r.identity,
                                        case when r.identity = any ($5::text[]) then $3 else $2 end) as sql
      from pg_catalog.pg_class as c
      join own as s on s.oid = c.relnamespace
     cross join lateral (select pg_catalog.format('%s %I.%I',
               case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
                              when 'f' then 'foreign table' else 'table' end, s.nspname, c.relname) as identity) as r
     where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
       and c.relowner in (select oid from old)
       -- a sequence of a column goes with its table
       and not exists (select
                         from pg_catalog.pg_depend as d
                        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
                          and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S')
     union all
    select 3, pg_catalog.format('alter %s %s owner to %I', case t.typtype when 'd' then 'domain' else 'type' end,
                                t.oid::regtype, $2)
      from pg_catalog.pg_type as t
      join own as s on s.oid = t.typnamespace
     where t.typowner in (select oid from old)
       and (t.typtype in ('d', 'e', 'r')
            or (t.typtype = 'c' and exists (select from pg_catalog.pg_class as c where c.oid = t.typrelid and c.relkind = 'c')))
     union all
    select 4, pg_catalog.format('alter %s owner to %I', f.identity,
               case when f.identity = any ($5::text[]) then $3 else $2 end)
      from pg_catalog.pg_proc as p
      join own as s on s.oid = p.pronamespace
     cross join lateral (select pg_catalog.format('%s %I.%I(%s)',
               case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, s.nspname, p.proname,
               pg_catalog.pg_get_function_identity_arguments(p.oid)) as identity) as f
     where p.proowner in (select oid from old)
     union all
    select 1, pg_catalog.format('grant create on schema %I to %I, %I', s.nspname, $2, $3) from own as s
     union all
    select 5, pg_catalog.format('revoke create on schema %I from %I, %I', s.nspname, $2, $3) from own as s
     union all
    select 6, pg_catalog.format('alter schema %I owner to %I', s.nspname, $2) from own as s
)
select h.sql from hand_over as h order by h.step, h.sql
