-- daybook mirror: function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, target text, first_time timestamp with time zone, last_time timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    c_stage  constant text := 'pg_temp.market_stage';
    v_batch  ingest.batches;
    v_is     record;
    v_slack  interval;
    v_stands boolean := true;
    v_direct bigint := 0;
begin
    perform util.ctx(p_ctx);
    if p_batch_id is null or p_ordered is null or p_first is null or p_last is null or p_first > p_last then
        raise exception 'one of p_batch_id and p_ordered is null, or p_first .. p_last is not a range: % .. %',
                coalesce(p_first::text, 'null'), coalesce(p_last::text, 'null')
            using errcode = 'TB001', hint = 'Name the open batch, the oldest and newest time of what is still to come, and whether it stands '
                                            'behind what was sent.';
    end if;
    select b.* into v_batch from ingest.batches b where b.batch_id = p_batch_id for update;
    if not found then
        raise exception 'batch % was not opened', p_batch_id
            using errcode = 'TB004', hint = 'Call market.fn_open_batch first, in the same transaction.';
    end if;
    if v_batch.verdict <> 'open' then
        return query
            select case when v_batch.verdict = 'refused' then 'refused' else 'replayed' end, null::text, v_batch.first_time,
                   v_batch.last_time;
        return;
    end if;

    first_time := least(v_batch.first_time, p_first);
    last_time := greatest(v_batch.last_time, p_last);
    target := v_batch.target;
    if target <> c_stage then
        perform market.fn_ensure_partitions(v_batch.stream, first_time, last_time);
        select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
        if p_ordered and p_first >= v_batch.first_time then
            select s.time_slack into strict v_slack from ingest.streams s where s.stream = v_batch.stream;
            execute format('select exists (select from %s t where %s and t.batch_id <> $1)', v_is.target, v_is.series)
               into v_stands
              using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_batch.last_time, last_time + v_slack;
        end if;
        if v_stands then
            execute format('select count(*) from %s t where %s and t.batch_id = $1', v_is.target, v_is.series)
               into v_direct
              using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_batch.first_time, v_batch.last_time;
            target := c_stage;
            perform market._make_stage(v_is.target, current_user);
        end if;
    end if;
    update ingest.batches b
       set first_time = fn_extend_batch.first_time, last_time = fn_extend_batch.last_time, target = fn_extend_batch.target,
           rows_in = b.rows_in + v_direct, inserted = b.inserted + v_direct
     where b.batch_id = p_batch_id;
    return query select 'created', target, first_time, last_time;
end
$function$;

alter function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) is 'Announces that an open batch goes on to p_last, or back to p_first, and names the table to COPY to from here on: the target of the stream as before while p_ordered (every row stands behind what was sent) and nothing stands yet up to p_last, else pg_temp.market_stage. What was sent before stays where it is, and counts as inserted. For senders who read what they send only once. replayed or refused (target null) when the batch was closed before. TB001 malformed, TB004 not opened.';

revoke execute on function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) from public;
grant execute on function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_extend_batch(p_batch_id uuid, p_first timestamp with time zone, p_last timestamp with time zone, p_ordered boolean, p_ctx jsonb) to daybook_owner;
