select i.instrument_id
  from accounts as a
  join instruments as i on i.venue = a.venue
 where a.account_id = ?1 and i.symbol = ?2 and i.kind = coalesce(?3, i.kind) and i.instrument_id = coalesce(?4, i.instrument_id)
union
select i.instrument_id from instruments as i where i.instrument_id = ?4 and ?2 is null
