-- Default privileges, that is what new objects will allow: the two owning roles ($2, $3) let nobody but themselves execute a
-- new function, and that is all there is. The form without a schema is the only one that can take from PUBLIC.
-- $1 schemas, $4 roles of ours, $5 true: those of everybody, as far as they touch our schemas, our roles or PUBLIC;
-- false: those of the owning roles.
with our as (
    select r.oid, r.rolname, r.rolname = $2::name or r.rolname = $3::name as owning
      from pg_catalog.pg_roles as r
     where r.rolname = any ($4::text[])
), kind as (
    select k.*
      from (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types'), ('n', 'schemas')) as k (letter, plural)
), entry as (
    select d.defaclrole as role, d.defaclnamespace as nsp, d.defaclobjtype::text as letter, d.defaclacl as acl
      from pg_catalog.pg_default_acl as d
     union all
    select r.oid, 0::oid, 'f', null
      from our as r
     where r.owning
       and not exists (select from pg_catalog.pg_default_acl as d
                        where d.defaclrole = r.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f')
), has as (
    select e.role, e.nsp, e.letter, x.grantee, x.privilege_type as privilege, pg_catalog.bool_or(x.is_grantable and x.grantee <> e.role) as grantable
      from entry as e
     cross join lateral pg_catalog.aclexplode(coalesce(e.acl, pg_catalog.acldefault(e.letter::"char", e.role))) as x
     group by e.role, e.nsp, e.letter, x.grantee, x.privilege_type
), want as (
    select e.role, e.nsp, e.letter, x.grantee, x.privilege_type as privilege
      from entry as e
     cross join lateral pg_catalog.aclexplode(pg_catalog.acldefault(case e.letter when 'S' then 's' else e.letter end::"char", e.role)) as x
     where e.nsp = 0
       and not (x.grantee = 0 and e.letter = 'f' and exists (select from our as r where r.oid = e.role and r.owning))
), differs as (
    select coalesce(w.role, h.role) as role, coalesce(w.nsp, h.nsp) as nsp, coalesce(w.letter, h.letter) as letter,
           coalesce(w.grantee, h.grantee) as grantee, coalesce(w.privilege, h.privilege) as privilege,
           case when h.role is null then 'missing' when w.role is null then 'extra' else 'grant option' end as problem
      from want as w
      full join has as h
        on h.role = w.role and h.nsp = w.nsp and h.letter = w.letter and h.grantee = w.grantee and h.privilege = w.privilege
     where h.role is null or w.role is null or h.grantable
)
select 30 as step, pg_catalog.pg_get_userbyid(d.role) as run_as, 'default privileges' as class,
       pg_catalog.format('%s of %I%s', k.plural, pg_catalog.pg_get_userbyid(d.role),
                         case when d.nsp = 0 then '' else pg_catalog.format(' in %I', n.nspname) end) as object,
       null::text as col,
       case when d.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(d.grantee) end as role,
       d.privilege, d.problem,
       pg_catalog.format('alter default privileges for role %I%s %s', pg_catalog.pg_get_userbyid(d.role),
                         case when d.nsp = 0 then '' else pg_catalog.format(' in schema %I', n.nspname) end,
                         case d.problem when 'missing' then 'grant' when 'extra' then 'revoke' else 'revoke grant option for' end) as verb,
       pg_catalog.lower(d.privilege) as what,
       pg_catalog.format('on %s %s %s', k.plural, case d.problem when 'missing' then 'to' else 'from' end,
                         case when d.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.grantee)) end) as rest,
       false as quiet
  from differs as d
  join kind as k on k.letter = d.letter
  left join pg_catalog.pg_namespace as n on n.oid = d.nsp
 where exists (select from our as r where r.oid = d.role and r.owning)
    or ($5::boolean
        and (d.role in (select r.oid from our as r)
             or n.nspname = any ($1::text[])
             or d.grantee in (select r.oid from our as r)
             or (d.grantee = 0 and d.problem = 'extra')))
 order by run_as, verb, rest, what
