-- daybook mirror: function ingest._require_open_object()

CREATE OR REPLACE FUNCTION ingest._require_open_object()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_encoding text;
begin
    select o.encoding into v_encoding from ingest.objects o where o.object_id = new.object_id and o.verdict = 'open';
    if not found then
        raise exception 'object % is not open', new.object_id
            using errcode = 'TB004', hint = 'Call market.fn_open_object first, in the same transaction.';
    end if;
    if new.bytes is not null then
        -- Here the bytes are at hand; who closes the object would read all of them back.
        new.sha256 := sha256(new.bytes);
        return new;
    end if;
    select c.sha256 into new.sha256
      from ingest.object_chunks c
      join ingest.objects o on o.object_id = c.object_id
     where c.object_id = new.like_object_id and c.chunk_no = new.like_chunk_no and c.bytes is not null and o.verdict = 'kept'
       and o.encoding = v_encoding and c.plain_sha256 = new.plain_sha256 and c.plain_bytes = new.plain_bytes;
    if not found then
        raise exception 'chunk % of object % is not like chunk % of object %', new.chunk_no, new.object_id, new.like_chunk_no, new.like_object_id
            using errcode = 'TB004', hint = 'Name a chunk that market.fn_known_chunks gave, with its hash and length, or send the bytes.';
    end if;
    return new;
end
$function$;

alter function ingest._require_open_object() owner to daybook_owner;

comment on function ingest._require_open_object() is 'Lets chunks be added only to an object that this transaction has opened, and hashes them; one without bytes only when the kept chunk that it names has the same content. Raises TB004.';

revoke execute on function ingest._require_open_object() from public;
grant execute on function ingest._require_open_object() to daybook_api;
