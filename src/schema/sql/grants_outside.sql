-- What our roles ($4) own or may do outside of what the matrix speaks of: the server notes each such dependency. And schemas
-- of others in which everybody may create. $1 schemas; $2, $3 and $5 are as in grants_acls.sql and not needed here.
with our as (
    select r.oid, r.rolname
      from pg_catalog.pg_roles as r
     where r.rolname = any ($4::text[]) and $2::text is not null and $3::text is not null and $5::boolean is not null
), ns as (
    select n.oid from pg_catalog.pg_namespace as n where n.nspname = any ($1::text[])
), dependency as materialized (
    -- all but what the matrix speaks of
    select distinct d.classid, d.objid, d.deptype, d.refobjid as role
      from pg_catalog.pg_shdepend as d
      join our as r on r.oid = d.refobjid
     where d.refclassid = 'pg_catalog.pg_authid'::regclass and d.deptype in ('a', 'o')
       and d.dbid in (0, (select b.oid from pg_catalog.pg_database as b where b.datname = pg_catalog.current_database()))
       and not (d.classid = 'pg_catalog.pg_class'::regclass
                and d.objid in (select c.oid from pg_catalog.pg_class as c where c.relnamespace in (select s.oid from ns as s)))
       and not (d.classid = 'pg_catalog.pg_proc'::regclass
                and d.objid in (select p.oid from pg_catalog.pg_proc as p where p.pronamespace in (select s.oid from ns as s)))
       and not (d.classid = 'pg_catalog.pg_type'::regclass
                and d.objid in (select t.oid from pg_catalog.pg_type as t where t.typnamespace in (select s.oid from ns as s)))
       and not (d.classid = 'pg_catalog.pg_namespace'::regclass and d.objid in (select s.oid from ns as s))
       and d.classid not in ('pg_catalog.pg_database'::regclass, 'pg_catalog.pg_default_acl'::regclass)
       and not (d.deptype = 'a'
                and d.classid in ('pg_catalog.pg_language'::regclass, 'pg_catalog.pg_foreign_data_wrapper'::regclass,
                                  'pg_catalog.pg_foreign_server'::regclass, 'pg_catalog.pg_largeobject'::regclass,
                                  'pg_catalog.pg_parameter_acl'::regclass))
), outside as (
    select d.deptype, d.role, pg_catalog.pg_describe_object(d.classid, d.objid, 0) as label,
           coalesce(case when c.relkind = 'S' then 'sequence ' when c.oid is not null then 'table ' end || c.oid::regclass,
                    'schema ' || n.oid::regnamespace,
                    case p.prokind when 'p' then 'procedure ' when 'f' then 'function ' when 'w' then 'function ' when 'a' then 'function ' end
                    || p.oid::regprocedure,
                    'type ' || t.oid::regtype,
                    'tablespace ' || pg_catalog.quote_ident(b.spcname)) as target,
           coalesce(c.relowner, n.nspowner, p.proowner, t.typowner, l.lanowner, w.fdwowner, f.srvowner, b.spcowner) as owner,
           coalesce(c.relnamespace, p.pronamespace, t.typnamespace, n.oid) as nsp, d.classid
      from dependency as d
      left join pg_catalog.pg_class as c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
      left join pg_catalog.pg_namespace as n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
      left join pg_catalog.pg_proc as p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
      left join pg_catalog.pg_type as t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
      left join pg_catalog.pg_language as l on d.classid = 'pg_catalog.pg_language'::regclass and l.oid = d.objid
      left join pg_catalog.pg_foreign_data_wrapper as w on d.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass and w.oid = d.objid
      left join pg_catalog.pg_foreign_server as f on d.classid = 'pg_catalog.pg_foreign_server'::regclass and f.oid = d.objid
      left join pg_catalog.pg_tablespace as b on d.classid = 'pg_catalog.pg_tablespace'::regclass and b.oid = d.objid
), found as (
    select o.label, o.owner, o.role, o.deptype, o.target
      from outside as o
      left join pg_catalog.pg_namespace as n on n.oid = o.nsp
     where n.oid is null or n.nspname !~ '^pg_(toast|temp)'
)
select 25 as step, pg_catalog.pg_get_userbyid(f.owner) as run_as, 'elsewhere' as class, f.label as object, null::text as col,
       pg_catalog.pg_get_userbyid(f.role) as role, case f.deptype when 'o' then 'OWNER' else 'ALL' end as privilege, 'extra' as problem,
       '' as verb,
       case when f.deptype = 'a' and f.target is not null
            then pg_catalog.format('revoke all on %s from %I', f.target, pg_catalog.pg_get_userbyid(f.role)) end as what,
       '' as rest, false as quiet
  from found as f
 where f.deptype = 'a'
    or not exists (select from pg_catalog.pg_roles as r where r.oid = f.role and r.rolsuper)
 union all
select 25, pg_catalog.pg_get_userbyid(n.nspowner), 'elsewhere', pg_catalog.format('schema %s', n.nspname), null, 'public', 'CREATE', 'extra', '',
       pg_catalog.format('revoke create on schema %I from public', n.nspname), '', false
  from pg_catalog.pg_namespace as n
 cross join lateral pg_catalog.aclexplode(n.nspacl) as x
 where n.nspname <> all ($1::text[]) and x.grantee = 0 and x.privilege_type = 'CREATE'
 order by object, role
