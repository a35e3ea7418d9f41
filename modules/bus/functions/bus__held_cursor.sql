create or replace function bus._held_cursor(p_consumer text, p_term bigint) returns bus.consumer_cursors
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function bus._held_cursor(text, bigint) is 'The cursor that a term holds; TB006 when it holds none any more.';
