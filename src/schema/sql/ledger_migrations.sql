select m.module,
       m.number,
       m.name,
       m.sha256,
       pg_catalog.to_char(m.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at,
       m.applied_by,
       m.kind,
       m.seq,
       m.chain_hash
  from daybook.migrations as m
 order by m.module collate "C", m.number
