-- The next $2 seals after $1, compared with what they cover.
select v.seal_no, v.last_seq, encode(v.hash, 'hex') as hash, v.problem
  from audit.fn_verify_seals($1, $2) as v
