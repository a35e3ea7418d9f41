-- daybook mirror: function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS SETOF anyelement
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    v_batch ingest.batches;
    v_is    record;
begin
    if p_batch_id is null or p_from is null or p_to is null or p_from > p_to then
        raise exception 'one of p_batch_id, p_from and p_to is null, or p_from .. p_to is not a range: % .. %',
                coalesce(p_from::text, 'null'), coalesce(p_to::text, 'null')
            using errcode = 'TB001', hint = 'Name the open batch and the range of time whose rows are wanted.';
    end if;
    v_batch := ingest._require_open_batch(p_batch_id);
    select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
    perform market._require_stage(v_is.target);
    return query execute format(
        'select t.*, 0::bigint from %1$s t where %2$s and t.%3$s < $5 and t.batch_id <> $1 order by t.%3$s, %4$s',
        v_is.target, v_is.series, v_is.time_name, (select string_agg('t.' || k.name, ', ') from unnest(v_is.keys) as k(name)))
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, p_from, p_to;
end
$function$;

alter function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) is 'Rows of the series of an open batch that stood before it, from p_from to before p_to, in the order of time and key: for senders that leave out what is known already. p_like is null::pg_temp.market_stage and gives the columns (line is 0). Nobody else can change these rows until the transaction ends. TB001 malformed, TB004 not open, or opening the batch named no stage.';

revoke execute on function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_standing_rows(p_like anyelement, p_batch_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
