-- daybook mirror: function ingest._make_blocks(p_batch_id uuid, p_blocks jsonb)

CREATE OR REPLACE FUNCTION ingest._make_blocks(p_batch_id uuid, p_blocks jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_batch   ingest.batches;
    v_horizon xid8;
    v_wrong   boolean;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    if jsonb_typeof(p_blocks -> 'blocks') is distinct from 'array' or coalesce(p_blocks ->> 'horizon', '') !~ '^[0-9]{1,19}$' then
        raise exception 'p_blocks of batch % has no array "blocks" or no "horizon"', p_batch_id
            using errcode = 'TB001', hint = 'Give {"horizon": "…", "blocks": [{"first": …, "last": …, "rows": …, "sha256": …}]}.';
    end if;
    v_horizon := (p_blocks ->> 'horizon')::xid8;
    select coalesce(bool_or((n.first <= n.last and n.rows > 0 and n.first >= v_batch.first_time and n.last <= v_batch.last_time
                             and n.sha256 ~ '^[0-9a-f]{64}$' and n.first > coalesce(n.before, '-infinity')) is not true), false)
           or coalesce(sum(n.rows), 0) > v_batch.rows_in or v_horizon > pg_snapshot_xmin(pg_current_snapshot())
      into v_wrong
      from (select b.*, lag(b.last) over (order by b.place) as before
              from rows from (jsonb_to_recordset(p_blocks -> 'blocks') as (first timestamptz, last timestamptz, rows bigint, sha256 text))
                   with ordinality as b(first, last, rows, sha256, place)) n;
    if v_wrong then
        raise exception 'p_blocks of batch % are not blocks of its rows', p_batch_id
            using errcode = 'TB001', hint = 'Give ranges that follow one another, the number and hash of their rows, and as horizon what '
                                            'pg_snapshot_xmin(pg_current_snapshot()) said when the batch was opened.';
    end if;

    delete from ingest.blocks o
     using jsonb_to_recordset(p_blocks -> 'blocks') as n(first timestamptz, last timestamptz)
     where o.stream = v_batch.stream and o.instrument_id is not distinct from v_batch.instrument_id
       and o.interval_s is not distinct from v_batch.interval_s
       and o.last_time >= (p_blocks #>> '{blocks,0,first}')::timestamptz
       and o.first_time <= n.last and o.last_time >= n.first;
    insert into ingest.blocks (stream, instrument_id, interval_s, first_time, last_time, row_count, sha256, made_by, horizon)
        select v_batch.stream, v_batch.instrument_id, v_batch.interval_s, n.first, n.last, n.rows, decode(n.sha256, 'hex'),
               pg_current_xact_id(), v_horizon
          from jsonb_to_recordset(p_blocks -> 'blocks') as n(first timestamptz, last timestamptz, rows bigint, sha256 text);
end
$function$;

alter function ingest._make_blocks(p_batch_id uuid, p_blocks jsonb) owner to daybook_api;

comment on function ingest._make_blocks(p_batch_id uuid, p_blocks jsonb) is 'Takes in the blocks that the sender of a batch computed, in place of those they overlap: {"horizon": text, "blocks": [{"first", "last", "rows", "sha256"}]}. After everything else that the batch writes. TB001 malformed, or not of the batch.';

revoke execute on function ingest._make_blocks(p_batch_id uuid, p_blocks jsonb) from public;
grant execute on function ingest._make_blocks(p_batch_id uuid, p_blocks jsonb) to daybook_owner;
