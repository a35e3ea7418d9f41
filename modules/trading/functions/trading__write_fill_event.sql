-- daybook-lint: allow state-change-without-event until 2028-06-30: whoever calls it emits
create or replace function trading._write_fill_event(p_event trading.fill_events) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into trading.fill_events values (p_event.*) on conflict do nothing;
    if not found then
        raise exception 'event % of fill % is being recorded by someone else', p_event.event_id, p_event.fill_id
            using errcode = '40001',
                  hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
    end if;
end
$$;

comment on function trading._write_fill_event(trading.fill_events) is
    'Writes a bust or correction that was not in the book a moment ago; 40001 if it is now.';
