-- The next $2 seals after $1, to be kept elsewhere.
select s.seal_no, s.last_seq, encode(s.hash, 'hex') as hash,
       to_char(s.sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sealed_at
  from audit.seals as s
 where s.seal_no > $1
 order by s.seal_no
 limit $2
