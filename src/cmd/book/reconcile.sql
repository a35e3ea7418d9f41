select r.kind, r.subject, r.field, r.book_value as book, r.venue_value as venue, r.action, r.result, r.ref_id, r.detail, r.outcome
  from trading.fn_reconcile($1::uuid, $2::uuid, $3::jsonb - 'as_of', ($3::jsonb ->> 'as_of')::timestamptz, $4, $5) as r
 where r.idx is not null
 order by r.idx
