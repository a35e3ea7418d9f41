-- Seals as much as $1 events and all new rows of the audit log.
select s.outcome, s.seal_no, s.last_seq, s.events, s.audit_rows, encode(s.hash, 'hex') as hash
  from audit.fn_seal($1) as s
