create or replace function audit._events_hash(p_log smallint, p_after_seq bigint, p_last_seq bigint, out events bigint, out hash bytea)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
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
$$;

comment on function audit._events_hash(smallint, bigint, bigint) is
    'How many events stand at the places after p_after_seq up to p_last_seq, and the SHA-256 of their hashes in order, each that of the text of a JSON array of '
    'all that the event says, its place included, times in UTC.';
