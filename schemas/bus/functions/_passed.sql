-- daybook mirror: function bus._passed(p_letter bus.dead_letters)
-- needs: bus/tables/dead_letters.sql

CREATE OR REPLACE FUNCTION bus._passed(p_letter bus.dead_letters)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select p_letter.replay_id is not null
        or exists (select 1
                     from bus.consumer_cursors as k
                     join bus.domain_event_consumers as c on c.consumer = k.consumer
                    where k.consumer = p_letter.consumer and k.after_seq >= p_letter.seq
                      and k.member = bus.fn_slot(p_letter.aggregate_type, p_letter.aggregate_id) * c.members / 64)
$function$;

alter function bus._passed(p_letter bus.dead_letters) owner to daybook_api;

comment on function bus._passed(p_letter bus.dead_letters) is 'Whether the place of its consumer has passed a dead letter. Until then the batch in which it failed is under way, and counts on it.';

revoke execute on function bus._passed(p_letter bus.dead_letters) from public;
grant execute on function bus._passed(p_letter bus.dead_letters) to daybook_owner;
