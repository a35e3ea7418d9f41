-- Without a later event nothing is later: a time that nothing has.
select coalesce(min(recorded_at), 253402300799999999) from domain_events where id > cast(?1 as integer)
