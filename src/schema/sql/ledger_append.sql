-- Adds a row to the ledger and to its chain. The runner's lock makes it the only writer; should two meet in spite of it, the
-- unique prev_hash lets one of them through. What is hashed is what ledger_verify_migrations.sql reads back.
with entry as materialized (
    select coalesce(h.seq, 0) + 1 as seq,
           $1::text as module,
           $2::bigint as number,
           $3::text as name,
           $4::text as kind,
           $5::text as sha256,
           $6::text as sha384,
           $7::integer as statements,
           $8::boolean as out_of_order,
           coalesce((select s.happened_at
                       from daybook.migration_steps as s
                      where s.module = $1::text
                        and s.number = $2::bigint
                      order by s.seq
                      limit 1),
                    pg_catalog.transaction_timestamp()) as started_at,
           pg_catalog.clock_timestamp() as finished_at,
           $9::bigint as lock_wait_ms,
           session_user as applied_by,
           current_user as applied_as,
           $10::text as git_commit,
           $11::boolean as git_dirty,
           $12::text as approved_by,
           $13::text as tool_version,
           pg_catalog.current_setting('server_version') as server_version,
           case
               when $4::text = 'statements' then
                   (select s.chain_hash from daybook.migration_steps as s order by s.seq desc limit 1)
           end as steps_hash,
           coalesce(h.chain_hash, pg_catalog.repeat('0', 64)) as prev_hash
      from (select) as one
      left join lateral (select m.seq, m.chain_hash
                           from daybook.migrations as m
                          order by m.seq desc
                          limit 1) as h on true
)
insert into daybook.migrations
select e.*,
       pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
           pg_catalog.json_build_array(e.seq, e.module, e.number, e.name, e.kind, e.sha256, e.sha384, e.statements,
           e.out_of_order,
           pg_catalog.to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           pg_catalog.to_char(e.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           e.lock_wait_ms, e.applied_by, e.applied_as, e.git_commit, e.git_dirty, e.approved_by, e.tool_version,
           e.server_version, e.steps_hash, e.prev_hash)::text, 'UTF8')), 'hex')
  from entry as e
