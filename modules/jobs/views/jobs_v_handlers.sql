create or replace view jobs.v_handlers as
select h.handler, h.kind, case h.kind when 'http' then split_part(h.what, '?', 1) else h.what end as what,
       round(extract(epoch from h.timeout)::numeric, 3) as timeout_s, h.description, h.changed_at
  from jobs.handlers as h;
comment on view jobs.v_handlers is 'What jobs can be enqueued. Of addresses without the query, which may contain secrets.';
