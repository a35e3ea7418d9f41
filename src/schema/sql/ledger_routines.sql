select r.module,
       r.kind,
       r.name,
       r.identity,
       r.sha256,
       r.run_as_owner,
       r.migration,
       pg_catalog.to_char(r.applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at
  from daybook.routines as r
 order by r.module collate "C", r.kind, r.name collate "C"
