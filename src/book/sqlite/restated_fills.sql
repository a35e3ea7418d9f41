delete from fill_restatements
 where account_id = ?1
   and fill_id in (select f.fill_id
                     from positions as p
                     join fills as f on f.account_id = p.account_id and f.instrument_id = p.instrument_id and f.position_key = p.position_key
                    where p.account_id = ?1 and p.position_id = ?2)
