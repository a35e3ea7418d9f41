insert into account_fences (account_id, state, place, move_id, changed_at, ctx) values (?1, ?2, ?3, ?4, ?5, ?6)
on conflict (account_id) do update
   set state = excluded.state, place = excluded.place, move_id = excluded.move_id, changed_at = excluded.changed_at, ctx = excluded.ctx,
       progress = case when move_id = excluded.move_id and excluded.state = 'arriving' then progress end
