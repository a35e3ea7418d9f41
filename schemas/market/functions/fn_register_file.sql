-- daybook mirror: function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea DEFAULT NULL::bytea, p_override_reason text DEFAULT NULL::text, p_member_name text DEFAULT NULL::text, p_member_crc32 bigint DEFAULT NULL::bigint, p_member_size bigint DEFAULT NULL::bigint, p_dialect jsonb DEFAULT NULL::jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, revision integer, checksum text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx   jsonb := util.ctx(p_ctx);
    v_known ingest.files;
begin
    if p_sha256 is null or p_size_bytes is null or octet_length(p_published_sha256) <> 32 then
        raise exception 'p_sha256 or p_size_bytes is null, or p_published_sha256 is no hash'
            using errcode = 'TB001', hint = 'A file is registered when it was received; hashes are the 32 bytes of a SHA-256.';
    end if;
    perform ingest._check_batch(util.uuid_v7(), p_source, null, null, null, p_path, p_sha256, p_size_bytes);
    if p_override_reason is not null then
        perform util.require_text('p_override_reason', p_override_reason);
    end if;

    checksum := case when p_published_sha256 is null then 'none'
                     when p_published_sha256 = p_sha256 then 'verified'
                     when p_override_reason is not null then 'overridden' end;
    perform pg_advisory_xact_lock(hashtextextended('ingest.files ' || p_source || ' ' || p_path, 0));
    select f.* into v_known from ingest.files f where f.source = p_source and f.path = p_path order by f.revision desc limit 1;
    if v_known.sha256 = p_sha256 then
        return query select 'replayed', v_known.revision, v_known.checksum, null::text, null::text;
        return;
    end if;
    if checksum is null then
        perform audit._write('market.fn_register_file', 'ingest_file', p_source || ' ' || p_path, null, 'refused', 'checksum_mismatch',
                             jsonb_build_object('sha256', encode(p_sha256, 'hex'), 'published_sha256', encode(p_published_sha256, 'hex')),
                             v_ctx);
        perform bus.fn_emit_domain_event(
            p_event_type   => 'market.file_refused',
            p_aggregate_id => p_source || ' ' || p_path,
            p_payload      => jsonb_build_object(
                'source', p_source, 'path', p_path, 'sha256', encode(p_sha256, 'hex'),
                'published_sha256', encode(p_published_sha256, 'hex'), 'refusal_code', 'checksum_mismatch'),
            p_ctx          => v_ctx);
        return query select 'refused', null::integer, null::text, 'checksum_mismatch',
                            format('the content has %s and not the published %s', encode(p_sha256, 'hex'), encode(p_published_sha256, 'hex'));
        return;
    end if;

    revision := coalesce(v_known.revision, 0) + 1;
    insert into ingest.files
        (source, path, revision, sha256, size_bytes, published_sha256, checksum, override_reason, member_name, member_crc32,
         member_size, dialect, ctx)
      values
        (p_source, p_path, revision, p_sha256, p_size_bytes, p_published_sha256, checksum,
         case when checksum = 'overridden' then p_override_reason end, p_member_name, p_member_crc32, p_member_size, p_dialect, v_ctx);
    if checksum = 'overridden' then
        perform audit._write('market.fn_register_file', 'ingest_file', p_source || ' ' || p_path, null, 'created', 'checksum_overridden',
                             jsonb_build_object('revision', revision, 'sha256', encode(p_sha256, 'hex'),
                                                'published_sha256', encode(p_published_sha256, 'hex'), 'reason', p_override_reason), v_ctx);
    end if;
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.file_registered',
        p_aggregate_id => p_source || ' ' || p_path,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'source', p_source, 'path', p_path, 'revision', revision, 'sha256', encode(p_sha256, 'hex'), 'size_bytes', p_size_bytes,
            'checksum', checksum, 'published_sha256', encode(p_published_sha256, 'hex'),
            'override_reason', case when checksum = 'overridden' then p_override_reason end)),
        p_ctx          => v_ctx);
    return query select 'created', revision, checksum, null::text, null::text;
end
$function$;

alter function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb) is 'Registers the content of a path before its batches are opened, and says which revision of the path it is. replayed when the newest revision has this content; created as the next revision when it has not. A content without the published hash is refused (checksum_mismatch, audited) unless p_override_reason says why it is loaded all the same, which is audited too. TB001 malformed.';

revoke execute on function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb) from public;
grant execute on function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_register_file(p_source text, p_path text, p_sha256 bytea, p_size_bytes bigint, p_published_sha256 bytea, p_override_reason text, p_member_name text, p_member_crc32 bigint, p_member_size bigint, p_dialect jsonb, p_ctx jsonb) to daybook_owner;
