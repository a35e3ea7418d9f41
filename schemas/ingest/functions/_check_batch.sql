-- daybook mirror: function ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint)

CREATE OR REPLACE FUNCTION ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_batch_id is null then
        raise exception 'p_batch_id is null'
            using errcode = 'TB001', hint = 'The sender chooses the identity of a batch before sending it.';
    end if;
    if p_source is null or p_source !~ '^[[:graph:]]([[:print:]]{0,198}[[:graph:]])?$' then
        raise exception 'p_source is not a name: %', coalesce(quote_literal(left(p_source, 200)), 'null')
            using errcode = 'TB001', hint = 'Give 1 to 200 printable characters without blanks at the ends.';
    end if;
    if p_file_name is null or p_file_name = '' or char_length(p_file_name) > 1024 then
        raise exception 'p_file_name is not a file name: %', coalesce(quote_literal(left(p_file_name, 200)), 'null')
            using errcode = 'TB001', hint = 'Give 1 to 1024 characters; for a response, name the request.';
    end if;
    if octet_length(p_sha256) <> 32 then
        raise exception 'p_sha256 has % bytes', octet_length(p_sha256)
            using errcode = 'TB001', hint = 'Give the 32 bytes of the SHA-256 of the content as received.';
    end if;
    if p_size_bytes < 0 then
        raise exception 'p_size_bytes is negative: %', p_size_bytes
            using errcode = 'TB001', hint = 'Give the size of the content as received.';
    end if;
    if p_interval_s not between 1 and 31 * 86400 then
        raise exception 'p_interval_s is implausible: %', p_interval_s
            using errcode = 'TB001', hint = 'Give the length of an interval in seconds, from 1 to 2678400.';
    end if;
    if p_stream is not null and not exists (select from ingest.streams s where s.stream = p_stream) then
        raise exception 'p_stream names no stream: %', quote_literal(left(p_stream, 200))
            using errcode = 'TB002', hint = 'ingest.streams lists what can be loaded.';
    end if;
    if p_instrument_id is not null
       and not exists (select from ref.instruments i where i.instrument_id = p_instrument_id)
    then
        raise exception 'p_instrument_id names no instrument: %', p_instrument_id
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument.';
    end if;
end
$function$;

alter function ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint) owner to daybook_api;

comment on function ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint) is 'Checks what opening and refusing a batch have in common; null passes where it may be unknown. Raises TB001 for what is malformed, TB002 for an unknown stream or instrument.';

revoke execute on function ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint) from public;
grant execute on function ingest._check_batch(p_batch_id uuid, p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_file_name text, p_sha256 bytea, p_size_bytes bigint) to daybook_owner;
