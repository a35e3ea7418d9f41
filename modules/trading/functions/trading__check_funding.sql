create or replace function trading._check_funding(
    p_instrument_id uuid, p_funding_time timestamptz, p_amount numeric, p_rate numeric, p_mark numeric)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind text;
begin
    if p_funding_time is null or not isfinite(p_funding_time) then
        raise exception 'argument p_funding_time is %', coalesce(p_funding_time::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which the venue exchanged the funding.';
    end if;
    if p_amount is null and num_nulls(p_rate, p_mark) > 0 then
        raise exception 'argument p_amount is null, and rate or mark are too'
            using errcode = 'TB001', hint = 'Pass the amount that the venue states, or rate and mark to have it computed.';
    end if;

    select i.kind into v_kind from ref.instruments as i where i.instrument_id = p_instrument_id;
    if v_kind is null then
        raise exception 'argument p_instrument_id is %, which is not registered', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register the instrument first with ref.fn_register_instrument().';
    end if;
    if v_kind = 'spot' then
        raise exception 'argument p_instrument_id is %, a spot instrument, which has no funding', p_instrument_id
            using errcode = 'TB001', hint = 'Interest on borrowed or lent assets is recorded with trading.fn_record_cash().';
    end if;
end
$$;

comment on function trading._check_funding(uuid, timestamptz, numeric, numeric, numeric) is
    'TB001 for a malformed funding payment, TB002 for an instrument that is not registered.';
