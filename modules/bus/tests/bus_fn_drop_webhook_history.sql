begin;
select plan(9);

do $$
begin
    perform bus.fn_set_webhook(md5('e')::uuid, 'https://example.com/', null, '{tap}');
end
$$;
-- Old places may have ended lately, and late ones long ago.
insert into bus.webhook_history (seq, endpoint_id, resend, id, outcome, attempts, queued_at, first_attempt_at, ended_at)
select h.seq, md5('e')::uuid, 0, h.seq, 'delivered', 1, now(), now(), now() - h.ago
  from (values (1, interval '1 hour'), (2, interval '29 days 23 hours'), (3, interval '31 days'), (16777217, interval '40 days'), (5, interval '100 days')) as h (seq, ago);

select results_eq($$ select * from bus.fn_drop_webhook_history(null, 1) $$, $$ values ('created', 1::bigint) $$, 'so many at most');
select is((select array_agg(h.seq order by h.seq) from bus.webhook_history as h), '{1,2,3,16777217}', 'the oldest first');
select results_eq($$ select * from bus.fn_drop_webhook_history() $$, $$ values ('created', 2::bigint) $$, 'all that are past their time');
select is_empty($$ select * from bus.fn_drop_webhook_history() $$, 'once');
select is((select array_agg(h.seq order by h.seq) from bus.webhook_history as h), '{1,2}', 'the others stay');
select is((select array_agg((d.payload ->> 'deliveries')::integer order by d.id) from bus.domain_events as d where d.event_type = 'bus.webhook_history_dropped'),
    '{1,2}', 'with events');
do $$ begin perform settings.fn_set(md5('c')::uuid, 'bus.webhook_history_keep_days', '29', 'less room'); end $$;
select results_eq($$ select * from bus.fn_drop_webhook_history() $$, $$ values ('created', 1::bigint) $$, 'the setting says how long they are kept');
select throws_ok($$ select bus.fn_drop_webhook_history(0) $$, 'TB001', null, 'not even a day');
select throws_ok($$ select bus.fn_drop_webhook_history(30, 0) $$, 'TB001', null, 'none at once');

select * from finish();
rollback;
