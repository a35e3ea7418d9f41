-- daybook mirror: function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb)

CREATE OR REPLACE FUNCTION ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text DEFAULT NULL::text, p_tick_size numeric DEFAULT NULL::numeric, p_lot_size numeric DEFAULT NULL::numeric, p_multiplier numeric DEFAULT 1, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, instrument_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_tick_size constant numeric := util.require_amount('p_tick_size', p_tick_size, false);
    v_lot_size constant numeric := util.require_amount('p_lot_size', p_lot_size, false);
    v_multiplier constant numeric := util.require_amount('p_multiplier', p_multiplier);
    v_settle constant text := coalesce(p_settle, case p_kind when 'inverse' then p_base else p_quote end);
    v_old ref.instruments;
begin
    perform util.require_id('p_instrument_id', p_instrument_id);
    perform ref._check_instrument(p_venue, p_symbol, p_kind, p_base, p_quote, v_settle, v_tick_size, v_lot_size, v_multiplier);

    -- Without a named constraint: the id or the natural identity may be taken, and both are answered below.
    insert into ref.instruments (instrument_id, venue, symbol, kind, base, quote, settle, tick_size, lot_size, multiplier, ctx)
    values (p_instrument_id, p_venue, p_symbol, p_kind, p_base, p_quote, v_settle, v_tick_size, v_lot_size, v_multiplier, v_ctx)
    on conflict do nothing;

    if found then
        outcome := 'created';
        instrument_id := p_instrument_id;
        perform bus._emit_versioned('ref.instrument_registered', p_instrument_id::text, 1,
            jsonb_strip_nulls(jsonb_build_object(
                'instrument_id', p_instrument_id, 'venue', p_venue, 'symbol', p_symbol, 'kind', p_kind,
                'base', p_base, 'quote', p_quote, 'settle', v_settle, 'tick_size', v_tick_size::text,
                'lot_size', v_lot_size::text, 'multiplier', v_multiplier::text)),
            null, null, null, v_ctx);
        return next;
        return;
    end if;

    select * into v_old from ref.instruments as i where i.venue = p_venue and i.kind = p_kind and i.symbol = p_symbol;
    if not found then
        select * into strict v_old from ref.instruments as i where i.instrument_id = p_instrument_id;
    end if;
    conflict_field := case
        when v_old.venue <> p_venue then 'venue'
        when v_old.symbol <> p_symbol then 'symbol'
        when v_old.kind <> p_kind then 'kind'
        when v_old.base <> p_base then 'base'
        when v_old.quote <> p_quote then 'quote'
        when v_old.settle <> v_settle then 'settle'
        when v_old.tick_size is distinct from v_tick_size then 'tick_size'
        when v_old.lot_size is distinct from v_lot_size then 'lot_size'
        when v_old.multiplier <> v_multiplier then 'multiplier'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    instrument_id := v_old.instrument_id;
    return next;
end
$function$;

alter function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) owner to daybook_api;

comment on function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) is 'Makes an instrument known. Venue, kind and symbol identify it: replayed and conflict return the id that is registered, which may differ from the one passed. TB002 for a venue or currency that is not registered. Without p_settle spot and perp settle in quote, inverse in base.';

revoke execute on function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) from public;
grant execute on function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) to daybook_data_writer;
grant execute on function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) to daybook_manager;
grant execute on function ref.fn_register_instrument(p_instrument_id uuid, p_venue text, p_symbol text, p_kind text, p_base text, p_quote text, p_settle text, p_tick_size numeric, p_lot_size numeric, p_multiplier numeric, p_ctx jsonb) to daybook_owner;
