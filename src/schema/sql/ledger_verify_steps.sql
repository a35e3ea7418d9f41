-- Every step with the text that its hash must be of.
select s.seq,
       s.module,
       s.number,
       s.statement || ' ' || s.event as name,
       s.prev_hash,
       s.chain_hash,
       pg_catalog.json_build_array(s.seq, s.module, s.number, s.statement, s.event, s.sha256,
           pg_catalog.to_char(s.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           s.applied_by, s.detail, s.prev_hash)::text as hashed,
       true as steps_present
  from daybook.migration_steps as s
 order by s.seq
