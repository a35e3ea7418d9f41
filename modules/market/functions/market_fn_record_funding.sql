create or replace function market.fn_record_funding(
    p_instrument_id uuid, p_snapshot_at timestamptz, p_rate numeric, p_mark_price numeric, p_index_price numeric,
    p_ctx jsonb default null)
returns table (outcome text, instrument_id uuid, snapshot_at timestamptz, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_rate constant numeric := util.require_amount('p_rate', p_rate);
    v_mark_price constant numeric := util.require_amount('p_mark_price', p_mark_price);
    v_index_price constant numeric := util.require_amount('p_index_price', p_index_price);
    v_old market.funding_snapshots;
begin
    if p_snapshot_at is null or not isfinite(p_snapshot_at) then
        raise exception 'argument p_snapshot_at is %', coalesce(p_snapshot_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment of which the venue stated the rate.';
    end if;
    if v_mark_price <= 0 or v_index_price <= 0 then
        raise exception 'argument p_mark_price is %, p_index_price is %', v_mark_price, v_index_price
            using errcode = 'TB001', hint = 'Prices are greater than zero.';
    end if;
    if not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id) then
        raise exception 'argument p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument().';
    end if;

    instrument_id := p_instrument_id;
    snapshot_at := p_snapshot_at;
    insert into market.funding_snapshots (instrument_id, snapshot_at, rate, mark_price, index_price, ctx)
    values (p_instrument_id, p_snapshot_at, v_rate, v_mark_price, v_index_price, v_ctx)
    on conflict on constraint funding_snapshots_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus.fn_emit_domain_event('market.funding_recorded', p_instrument_id::text,
            jsonb_build_object('instrument_id', p_instrument_id, 'snapshot_at', p_snapshot_at, 'rate', v_rate::text,
                               'mark_price', v_mark_price::text, 'index_price', v_index_price::text),
            p_snapshot_at, null, null, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old
      from market.funding_snapshots as s
     where s.instrument_id = p_instrument_id and s.snapshot_at = p_snapshot_at;
    conflict_field := case
        when v_old.rate <> v_rate then 'rate'
        when v_old.mark_price <> v_mark_price then 'mark_price'
        when v_old.index_price <> v_index_price then 'index_price'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$$;

comment on function market.fn_record_funding(uuid, timestamptz, numeric, numeric, numeric, jsonb) is
    'Records the funding rate of a contract at a moment, a fraction, with its mark and index price; instrument and moment are the identity. '
    'created, replayed, or conflict naming the field that differs. TB002 for an unknown instrument.';
