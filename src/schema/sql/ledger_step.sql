-- Adds a step to the chain of steps; see ledger_append.sql.
with entry as materialized (
    select coalesce(h.seq, 0) + 1 as seq,
           $1::text as module,
           $2::bigint as number,
           $3::integer as statement,
           $4::text as event,
           $5::text as sha256,
           pg_catalog.clock_timestamp() as happened_at,
           session_user as applied_by,
           $6::text as detail,
           coalesce(h.chain_hash, pg_catalog.repeat('0', 64)) as prev_hash
      from (select) as one
      left join lateral (select s.seq, s.chain_hash
                           from daybook.migration_steps as s
                          order by s.seq desc
                          limit 1) as h on true
)
insert into daybook.migration_steps
select e.*,
       pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
           pg_catalog.json_build_array(e.seq, e.module, e.number, e.statement, e.event, e.sha256,
           pg_catalog.to_char(e.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           e.applied_by, e.detail, e.prev_hash)::text, 'UTF8')), 'hex')
  from entry as e
