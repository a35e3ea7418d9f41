-- daybook mirror: function market._note_dirty(p_batch_id uuid)

CREATE OR REPLACE FUNCTION market._note_dirty(p_batch_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
    v_batch ingest.batches;
    v_first timestamptz;
    v_spans tstzmultirange;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    if v_batch.stream <> 'klines' or v_batch.interval_s <> 60 or v_batch.inserted + v_batch.superseded = 0 then
        return;
    end if;

    v_first := date_bin(interval '5 min', v_batch.first_time, '1970-01-01 00:00:00+00');
    if v_batch.inserted > 0 and v_batch.last_time < v_first + interval '5 min' then
        v_spans := tstzmultirange(tstzrange(v_first, v_first + interval '5 min'));
    elsif v_batch.target = 'market.klines' then
        -- Nothing stood in that range before, so all of it is new.
        v_spans := tstzmultirange(tstzrange(v_batch.first_time, v_batch.last_time, '[]'));
    else
        select range_agg(tstzrange(t.bucket, t.bucket + interval '5 min'))
          into v_spans
          from (select distinct date_bin(interval '5 min', k.open_time, '1970-01-01 00:00:00+00') as bucket
                  from market.klines k
                 where k.instrument_id = v_batch.instrument_id and k.interval_s = 60
                   and k.open_time between v_batch.first_time and v_batch.last_time and k.batch_id = p_batch_id) t;
    end if;
    perform market._note_rollup(v_batch.instrument_id, v_spans);
end
$function$;

alter function market._note_dirty(p_batch_id uuid) owner to daybook_api;

comment on function market._note_dirty(p_batch_id uuid) is 'Marks for roll-up what a batch of one-minute candles has changed: called by closing it, after its rows and counts stand.';

revoke execute on function market._note_dirty(p_batch_id uuid) from public;
grant execute on function market._note_dirty(p_batch_id uuid) to daybook_owner;
