select l.seq, r.outcome, r.refusal_code, r.refusal_detail
  from bus.dead_letters as l
 cross join lateral bus.fn_redrive_dead_letter(l.consumer, l.seq, $3) as r
 where l.consumer = $1 and case when $2::bigint is null then l.state = 'pending' else l.seq = $2 end
 order by l.seq;
