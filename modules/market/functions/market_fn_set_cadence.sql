-- A series has no identity but its names: the call states what its row shall say, and repeating it changes nothing.
create or replace function market.fn_set_cadence(
    p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer, p_cadence_s integer, p_ctx jsonb default null)
returns table (outcome text, cadence_s integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    perform ingest._require_series(p_source, p_stream, p_instrument_id, p_interval_s);
    if p_cadence_s <= 0 then
        raise exception 'argument p_cadence_s is %', p_cadence_s
            using errcode = 'TB001', hint = 'Pass the seconds from one row to the next, or null when they come irregularly.';
    end if;

    cadence_s := p_cadence_s;
    insert into ingest.source_freshness as f (source, stream, instrument_id, interval_s, cadence_s, cadence_set)
    values (p_source, p_stream, p_instrument_id, p_interval_s, p_cadence_s, true)
    on conflict on constraint source_freshness_key
        do update set cadence_s = excluded.cadence_s, cadence_set = true
        where not f.cadence_set or f.cadence_s is distinct from excluded.cadence_s;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('market.cadence_set',
            ingest._series_name(p_source, p_stream, p_instrument_id, p_interval_s),
            jsonb_strip_nulls(jsonb_build_object(
                'source', p_source, 'stream', p_stream, 'instrument_id', p_instrument_id, 'interval_s', p_interval_s, 'cadence_s', p_cadence_s)),
            null, null, null, v_ctx);
    else
        outcome := 'replayed';
    end if;
    return next;
end
$$;
comment on function market.fn_set_cadence(text, text, uuid, integer, integer, jsonb) is
    'Says how many seconds apart the rows of a series are to come, or null for irregularly; a series that is expected and has never delivered is known from then on. '
    'created when something changed, replayed when it was so already. TB001 malformed, TB002 unknown stream or instrument.';
