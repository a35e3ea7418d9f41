-- daybook mirror: function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange)

CREATE OR REPLACE FUNCTION market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into market.rollup_dirty (instrument_id, spans)
        select p_instrument_id, market._rollup_buckets(p_spans, 300)
         where not isempty(p_spans);
end
$function$;

alter function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange) owner to daybook_api;

comment on function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange) is 'Marks the times for roll-up, in the transaction that changes minutes there or opens or closes a repair of them. Never waits for anybody. An empty p_spans is nothing.';

revoke execute on function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange) from public;
grant execute on function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange) to daybook_owner;
