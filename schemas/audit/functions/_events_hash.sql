-- daybook mirror: function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea)

CREATE OR REPLACE FUNCTION audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
begin
    select count(*), sha256(coalesce(string_agg(h.hash, '' order by h.seq), ''))
      into events, hash
      from (select s.seq,
                   sha256(convert_to(jsonb_build_array(s.seq, s.epoch, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id,
                                                       d.aggregate_version, d.occurred_at, d.recorded_at, d.payload::jsonb, d.ctx)::text, 'UTF8')) as hash
              from bus.event_seq as s
              join bus.domain_events as d on d.id = s.id
             where s.log = p_log and s.seq > p_after_seq and s.seq <= p_last_seq) as h;
end
$function$;

alter function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea) owner to daybook_api;

comment on function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea) is 'How many events stand at the places after p_after_seq up to p_last_seq, and the SHA-256 of their hashes in order, each that of the text of a JSON array of all that the event says, its place included, times in UTC.';

revoke execute on function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea) from public;
grant execute on function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, OUT events bigint, OUT hash bytea) to daybook_owner;
