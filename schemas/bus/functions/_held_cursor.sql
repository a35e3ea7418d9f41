-- daybook mirror: function bus._held_cursor(p_consumer text, p_term bigint)
-- needs: bus/tables/consumer_cursors.sql

CREATE OR REPLACE FUNCTION bus._held_cursor(p_consumer text, p_term bigint)
 RETURNS bus.consumer_cursors
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_cursor bus.consumer_cursors;
begin
    select * into v_cursor from bus.consumer_cursors as k where k.consumer = p_consumer and k.term = p_term and k.holder_id is not null;
    if not found then
        raise exception 'term % of consumer % is over', coalesce(p_term::text, 'null'), p_consumer
            using errcode = 'TB006', hint = 'Another process has attached since. Roll back, and attach again to go on.';
    end if;
    return v_cursor;
end
$function$;

alter function bus._held_cursor(p_consumer text, p_term bigint) owner to daybook_api;

comment on function bus._held_cursor(p_consumer text, p_term bigint) is 'The cursor that a term holds; TB006 when it holds none any more.';

revoke execute on function bus._held_cursor(p_consumer text, p_term bigint) from public;
grant execute on function bus._held_cursor(p_consumer text, p_term bigint) to daybook_owner;
