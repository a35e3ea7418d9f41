-- $1 owner role, $2 api role. set role needs the SET option of the membership from 16 on, membership alone before.
select session_user as login,
       pg_catalog.bool_or(r.rolname = $1) as owner_exists,
       pg_catalog.bool_or(r.rolname = $2) as api_exists,
       pg_catalog.bool_or(r.rolname = $1 and x.settable) as owner_settable,
       pg_catalog.bool_or(r.rolname = $2 and x.settable) as api_settable,
       pg_catalog.bool_or(r.rolname = session_user and r.rolsuper) as superuser,
       pg_catalog.bool_or(r.rolname = n.name and x.settable) as ledger_settable,
       pg_catalog.bool_or(r.rolname = $1
                          and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')) as owner_creates
  from (select (select pg_catalog.pg_get_userbyid(s.nspowner)
                  from pg_catalog.pg_namespace as s
                 where s.nspname = 'daybook') as name) as n
  join pg_catalog.pg_roles as r on r.rolname in ($1, $2, session_user, n.name)
 cross join lateral (
       select pg_catalog.pg_has_role(session_user, r.oid,
                  case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end)
              as settable) as x
