-- daybook mirror: function bus._dead_letter(p_consumer text, p_seq bigint)
-- needs: bus/tables/dead_letters.sql

CREATE OR REPLACE FUNCTION bus._dead_letter(p_consumer text, p_seq bigint)
 RETURNS bus.dead_letters
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function bus._dead_letter(p_consumer text, p_seq bigint) owner to daybook_api;

comment on function bus._dead_letter(p_consumer text, p_seq bigint) is 'A dead letter, locked, its consumer too. TB002 when there is none, 42501 for a consumer of another role.';

revoke execute on function bus._dead_letter(p_consumer text, p_seq bigint) from public;
grant execute on function bus._dead_letter(p_consumer text, p_seq bigint) to daybook_owner;
