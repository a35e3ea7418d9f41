-- Who owns what, which objects nobody speaks of, row security, and what makes a definer function safe.
-- $1 schemas, $2 owner, $3 api, $4 roles of ours (unused), $5 true, the lines of the matrix: $6 roles, $7 kinds, $8 schemas,
-- $9 names, $10 arguments, $11 privileges, $12 columns; the functions and views that files make: $13 identities,
-- $14 which run as owner, $15 which are security definer, $16 which have a search path; policies that are there: $17 tables,
-- $18 names, $19 definitions; those that the files make: $20 to $22.
with ns as (
    select n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace as n where n.nspname = any ($1::text[])
), line as (
    select w.*
      from rows from (pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]), pg_catalog.unnest($8::text[]), pg_catalog.unnest($9::text[]),
                      pg_catalog.unnest($10::text[]), pg_catalog.unnest($11::text[]), pg_catalog.unnest($12::text[]))
           as w (role, kind, nsp, name, args, privilege, col)
     where $5::boolean and $4::text[] is not null
), made as (
    select w.*
      from rows from (pg_catalog.unnest($13::text[]), pg_catalog.unnest($14::boolean[]), pg_catalog.unnest($15::boolean[]), pg_catalog.unnest($16::boolean[]))
           as w (identity, run_as_owner, definer, path)
), relation as materialized (
    select c.oid, c.relkind, c.relispartition, c.relowner, s.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity,
           x.class, pg_catalog.format('%s %I.%I', x.class, s.nspname, c.relname) as target,
           m.identity is not null as by_file,
           (select d.refobjid
              from pg_catalog.pg_depend as d
             where c.relkind = 'S' and d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
               and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
             limit 1) as of_table
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     cross join lateral (select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
                                               when 'f' then 'foreign table' else 'table' end as class) as x
      left join made as m on m.identity = pg_catalog.format('%s %I.%I', x.class, s.nspname, c.relname)
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), routine as materialized (
    select p.oid, p.proowner, s.nspname, p.proname, p.prosecdef, x.class, x.target, m.identity is not null as by_file,
           coalesce(m.run_as_owner, true) as run_as_owner, m.definer,
           coalesce(m.path, false) as path,
           exists (select from pg_catalog.unnest(p.proconfig) as k where k like 'search\_path=%, pg\_temp' or k = 'search_path=pg_temp') as safe,
           exists (select from pg_catalog.unnest(p.proconfig) as k where k like 'search\_path=%') as has_path
      from pg_catalog.pg_proc as p
      join ns as s on s.oid = p.pronamespace
     cross join lateral (
           select y.class, pg_catalog.format('%s %I.%I(%s)', y.class, s.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as target
             from (select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as class) as y) as x
      left join made as m on m.identity = x.target
), live_policy as (
    select w.* from rows from (pg_catalog.unnest($17::text[]), pg_catalog.unnest($18::text[]), pg_catalog.unnest($19::text[])) as w (relation, name, definition)
), file_policy as (
    select w.* from rows from (pg_catalog.unnest($20::text[]), pg_catalog.unnest($21::text[]), pg_catalog.unnest($22::text[])) as w (relation, name, definition)
), policy as (
    -- what is there, what is named in grants.conf, what the files make of it
    select r.relowner, r.target, r.relation, w.name, l.col is not null as named, v.definition as live, f.definition as wanted
      from (select k.*, pg_catalog.format('%I.%I', k.nspname, k.relname) as relation from relation as k) as r
      join (select p.relation, p.name from live_policy as p
             union
            select pg_catalog.format('%I.%I', k.nsp, k.name), k.col from line as k where k.role = '[row security]' and k.privilege = 'POLICY') as w
        on w.relation = r.relation
      left join live_policy as v on v.relation = w.relation and v.name = w.name
      left join line as l on l.role = '[row security]' and l.privilege = 'POLICY' and l.nsp = r.nspname and l.name = r.relname and l.col = w.name
      left join file_policy as f on f.relation = w.relation and f.name = w.name
), spoken as (
    select distinct l.kind, l.nsp, l.name, l.args from line as l where l.name is not null
), found as (
    -- owners
    select 10 as step, s.nspowner as owner, 'owner' as class, pg_catalog.format('schema %I', s.nspname) as target, null::text as col,
           $2::text as role, null::text as privilege, 'owner' as problem, pg_catalog.format('alter schema %I owner to %I', s.nspname, $2) as sql
      from ns as s
     where pg_catalog.pg_get_userbyid(s.nspowner) <> $2::name
     union all
    select 11, r.relowner, 'owner', r.target, null, w.wanted, null, 'owner', pg_catalog.format('alter %s owner to %I', r.target, w.wanted)
      from relation as r
     cross join lateral (select case when r.by_file and r.class <> 'table' then $3 else $2 end as wanted) as w
     where pg_catalog.pg_get_userbyid(r.relowner) <> w.wanted::name and r.of_table is null
       and (r.class not in ('view', 'materialized view') or r.by_file or pg_catalog.pg_get_userbyid(r.relowner) <> $3::name)
     union all
    select 11, t.typowner, 'owner', t.target, null, $2, null, 'owner', pg_catalog.format('alter %s owner to %I', t.target, $2)
      from (select y.typowner, pg_catalog.format('%s %I.%I', case y.typtype when 'd' then 'domain' else 'type' end, s.nspname, y.typname) as target
              from pg_catalog.pg_type as y
              join ns as s on s.oid = y.typnamespace
              left join pg_catalog.pg_class as c on c.oid = y.typrelid
             where y.typtype in ('d', 'e', 'r') or c.relkind = 'c') as t
     where pg_catalog.pg_get_userbyid(t.typowner) <> $2::name
     union all
    select 12, f.proowner, 'owner', f.target, null, w.wanted, null, 'owner', pg_catalog.format('alter %s owner to %I', f.target, w.wanted)
      from routine as f
     cross join lateral (select case when f.run_as_owner then $2 else $3 end as wanted) as w
     where pg_catalog.pg_get_userbyid(f.proowner) <> w.wanted::name and f.by_file
     union all
    -- what nobody speaks of
    select 90, r.relowner, 'uncovered', r.target, null, null, null, 'uncovered', null
      from relation as r
     where not r.relispartition and r.of_table is null and not r.by_file and r.nspname <> 'daybook'
       and (r.nspname::text, r.relname::text) not in (select k.nsp, k.name from spoken as k where k.kind = 'relation')
     union all
    select 90, f.proowner, 'uncovered', f.target, null, null, null, 'uncovered', null
      from routine as f
     where not f.by_file and f.nspname <> 'daybook'
       and not exists (select from spoken as k
                        where k.kind = 'function' and k.nsp = f.nspname and k.name = f.proname
                          and (k.args is null or f.oid = pg_catalog.to_regprocedure(pg_catalog.format('%I.%I(%s)', k.nsp, k.name, k.args))))
     union all
    -- row security
    select 40, r.relowner, 'row security', r.target, null, null, x.privilege,
           case when x.live then 'extra' else 'missing' end,
           pg_catalog.format('alter table %I.%I %s row level security', r.nspname, r.relname,
               case when x.privilege = 'ENABLED' then case when x.live then 'disable' else 'enable' end
                    else case when x.live then 'no force' else 'force' end end)
      from relation as r
     cross join lateral (values ('ENABLED', r.relrowsecurity), ('FORCED', r.relforcerowsecurity)) as x (privilege, live)
     where r.class = 'table'
       and x.live is distinct from exists (select from line as l
                                            where l.role = '[row security]' and l.nsp = r.nspname and l.name = r.relname and l.privilege = x.privilege)
     union all
    select 41, p.relowner, 'row security', p.target, null, p.name, 'POLICY',
           case when not p.named then 'extra' when p.wanted is null then 'not made by any file' when p.live is null then 'missing' else 'differs' end,
           case when p.live is not null and (not p.named or p.wanted is not null)
                then pg_catalog.format('drop policy %I on %s', p.name, p.relation) || case when p.named then '; ' else '' end else '' end
           || case when not p.named then '' else pg_catalog.format('create policy %I on %s', p.name, p.relation) || ' ' || p.wanted end
      from policy as p
     where not p.named or p.live is distinct from p.wanted or p.wanted is null
     union all
    -- functions
    select 42, f.proowner, 'security definer', f.target, null, null, null, case when f.prosecdef then 'extra' else 'missing' end,
           pg_catalog.format('alter %s security %s', f.target, case when f.prosecdef then 'invoker' else 'definer' end)
      from routine as f
     where f.definer is not null and f.prosecdef <> f.definer
     union all
    select 43, f.proowner, 'search path', f.target, null, null, null, case when f.has_path then 'unsafe' else 'missing' end,
           pg_catalog.format('alter %s set search_path = pg_catalog, pg_temp', f.target)
      from routine as f
     where (f.prosecdef or coalesce(f.definer, false) or f.path) and not f.safe
)
select f.step, pg_catalog.pg_get_userbyid(f.owner) as run_as, f.class,
       f.target as object, f.col, f.role, f.privilege, f.problem, '' as verb, f.sql as what, '' as rest, false as quiet
  from found as f
 order by f.step, f.target, f.problem, f.privilege, f.role
