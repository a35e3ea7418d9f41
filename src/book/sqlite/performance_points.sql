-- The latest of a moment first; who reads passes over the others.
select as_of, equity, missing
  from equity_points
 where account_id = ?1 and (?2 is null or as_of >= ?2) and (?3 is null or as_of <= ?3)
 order by as_of, recorded_at desc, point_id
