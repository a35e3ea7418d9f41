create or replace function market._note_rollup(p_instrument_id uuid, p_spans tstzmultirange)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into market.rollup_dirty (instrument_id, spans)
        select p_instrument_id, market._rollup_buckets(p_spans, 300)
         where not isempty(p_spans);
end
$$;
comment on function market._note_rollup(uuid, tstzmultirange) is
    'Marks the times for roll-up, in the transaction that changes minutes there or opens or closes a repair of them. Never '
    'waits for anybody. An empty p_spans is nothing.';
