update runs set status = ?3, finished_at = ?4, finish_ctx = ?5, version = version + 1
 where account_id = ?1 and run_id = ?2 and status = 'running'
returning version
