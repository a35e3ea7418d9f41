-- daybook mirror: function market._note_dirty(p_batch_id uuid)

CREATE OR REPLACE FUNCTION market._note_dirty(p_batch_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
    v_batch ingest.batches;
    v_spans tstzmultirange;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    if v_batch.stream <> 'klines' or v_batch.interval_s <> 60 or v_batch.inserted + v_batch.superseded = 0 then
        return;
    end if;

    if v_batch.target = 'market.klines' then
        -- Nothing stood in that range before, so all of it is new.
        v_spans := tstzmultirange(tstzrange(v_batch.first_time, v_batch.last_time, '[]'));
    else
        execute format(
            'select range_agg(tstzrange(t.bucket, t.bucket + interval ''5 min''))
               from (select distinct date_bin(interval ''5 min'', s.open_time, ''1970-01-01 00:00:00+00'') as bucket
                       from %s s
                       join market.klines k
                         on k.instrument_id = $1 and k.interval_s = 60 and k.open_time = s.open_time
                        and k.open_time between $2 and $3 and k.batch_id = $4) t', v_batch.target)
           into v_spans
          using v_batch.instrument_id, v_batch.first_time, v_batch.last_time, p_batch_id;
    end if;
    perform market._note_rollup(v_batch.instrument_id, v_spans);
end
$function$;

alter function market._note_dirty(p_batch_id uuid) owner to daybook_api;

comment on function market._note_dirty(p_batch_id uuid) is 'Marks for roll-up what a batch of one-minute candles has changed: called by closing it, after its rows and counts stand.';

revoke execute on function market._note_dirty(p_batch_id uuid) from public;
grant execute on function market._note_dirty(p_batch_id uuid) to daybook_owner;
