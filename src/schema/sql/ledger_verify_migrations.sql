-- Every row of the ledger with the text that its hash must be of.
select m.seq,
       m.module,
       m.number,
       m.name,
       m.prev_hash,
       m.chain_hash,
       pg_catalog.json_build_array(m.seq, m.module, m.number, m.name, m.kind, m.sha256, m.sha384, m.statements,
           m.out_of_order,
           pg_catalog.to_char(m.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           pg_catalog.to_char(m.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           m.lock_wait_ms, m.applied_by, m.applied_as, m.git_commit, m.git_dirty, m.approved_by, m.tool_version,
           m.server_version, m.steps_hash, m.prev_hash)::text as hashed,
       m.steps_hash is null or exists (select from daybook.migration_steps as s where s.chain_hash = m.steps_hash) as steps_present
  from daybook.migrations as m
 order by m.seq
