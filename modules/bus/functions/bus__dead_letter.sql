create or replace function bus._dead_letter(p_consumer text, p_seq bigint) returns bus.dead_letters
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_letter bus.dead_letters;
begin
    perform bus._consumer(p_consumer, true);
    select * into v_letter from bus.dead_letters as d where d.consumer = p_consumer and d.seq = p_seq for update;
    if not found then
        raise exception 'consumer % has no dead letter at place %', p_consumer, coalesce(p_seq::text, 'null')
            using errcode = 'TB002', hint = 'bus.dead_letters lists them.';
    end if;
    return v_letter;
end
$$;

comment on function bus._dead_letter(text, bigint) is 'A dead letter, locked, its consumer too. TB002 when there is none, 42501 for a consumer of another role.';
