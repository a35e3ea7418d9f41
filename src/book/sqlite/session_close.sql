update sessions set ended_at = ?2, end_reason = ?3, end_ctx = ?4 where session_id = ?1 and ended_at is null
