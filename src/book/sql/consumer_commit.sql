-- A process that stands still behind this, in front of its COMMIT, would hold up whoever takes over from it: the server ends its session.
select outcome, after_seq, refusal_detail, pg_catalog.set_config('idle_in_transaction_session_timeout', '10s', true)
  from bus.fn_commit_events($1, $2, $3, $4, $5, $6);
