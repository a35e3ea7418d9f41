-- Files that were refused as a whole: nothing of them is in.
select b.source, b.file_name, to_char(b.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as refused_at, b.reason
  from ingest.batches b
 where b.verdict = 'refused'
 order by b.closed_at, b.batch_id;
