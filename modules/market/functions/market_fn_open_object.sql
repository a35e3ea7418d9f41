-- daybook-lint: allow state-change-without-event until 2028-06-30: an open object cannot be committed; closing it emits
create or replace function market.fn_open_object(
    p_object_id  uuid,
    p_encoding   text,
    p_sha256     bytea,
    p_size_bytes bigint,
    p_ctx        jsonb default null)
returns table (
    outcome        text,
    object_id      uuid,
    conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx   jsonb := util.ctx(p_ctx);
    v_known ingest.objects;
begin
    perform util.require_id('p_object_id', p_object_id);
    if p_encoding is null or p_encoding not in ('identity', 'gzip', 'zip', 'zstd') then
        raise exception 'p_encoding is %', coalesce(quote_literal(left(p_encoding, 100)), 'null')
            using errcode = 'TB001', hint = 'identity, gzip and zip are sent as received, zstd is compressed by the sender.';
    end if;
    if octet_length(p_sha256) <> 32 or p_size_bytes < 0 or (p_sha256 is null) <> (p_size_bytes is null) then
        raise exception 'p_sha256 and p_size_bytes are not a hash and a size: % bytes, %',
                coalesce(octet_length(p_sha256)::text, 'null'), coalesce(p_size_bytes::text, 'null')
            using errcode = 'TB001', hint = 'Give both of the content as received, or neither when they are not known yet.';
    end if;

    perform ingest._lock_object(p_object_id, p_sha256);
    select o.* into v_known from ingest.objects o where o.object_id = p_object_id;
    if found then
        conflict_field := case
            when v_known.encoding is distinct from p_encoding then 'encoding'
            when v_known.sha256 is distinct from p_sha256 and p_sha256 is not null then 'sha256'
            when v_known.size_bytes is distinct from p_size_bytes and p_size_bytes is not null then 'size_bytes'
        end;
        if v_known.verdict = 'open' then
            raise exception 'object % is open already in this transaction', p_object_id
                using errcode = 'TB004', hint = 'Send its chunks and close it.';
        end if;
    else
        select o.* into v_known from ingest.objects o where o.sha256 = p_sha256 and o.verdict = 'kept';
    end if;
    if v_known.object_id is not null then
        return query
            select case when conflict_field is null then 'replayed' else 'conflict' end, v_known.object_id, conflict_field;
        return;
    end if;

    insert into ingest.objects (object_id, sha256, size_bytes, encoding, verdict, ctx)
      values (p_object_id, p_sha256, p_size_bytes, p_encoding, 'open', v_ctx);
    return query select 'created', p_object_id, null::text;
end
$$;
comment on function market.fn_open_object(uuid, text, bytea, bigint, jsonb) is
    'Opens an object whose chunks are then COPYed into ingest.object_chunks, in the same transaction, and closed by '
    'market.fn_close_object; an open object cannot commit. Hash and size may be null when they are not known yet. replayed, with the '
    'object that is there, when this object or content is kept already: then there is nothing to send. conflict when the identity was '
    'used for something else. TB001 malformed, TB004 open already, or not in isolation level read committed.';
