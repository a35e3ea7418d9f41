-- daybook mirror: function trading._write_fill_event(p_event trading.fill_events)
-- needs: trading/tables/fill_events.sql

CREATE OR REPLACE FUNCTION trading._write_fill_event(p_event trading.fill_events)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into trading.fill_events values (p_event.*) on conflict do nothing;
    if not found then
        raise exception 'event % of fill % is being recorded by someone else', p_event.event_id, p_event.fill_id
            using errcode = '40001',
                  hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
    end if;
end
$function$;

alter function trading._write_fill_event(p_event trading.fill_events) owner to daybook_api;

comment on function trading._write_fill_event(p_event trading.fill_events) is 'Writes a bust or correction that was not in the book a moment ago; 40001 if it is now.';

revoke execute on function trading._write_fill_event(p_event trading.fill_events) from public;
grant execute on function trading._write_fill_event(p_event trading.fill_events) to daybook_owner;
