create or replace function market._check_subscription(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'trade');
    if p_bot_id is null then
        raise exception 'argument p_bot_id is null'
            using errcode = 'TB001', hint = 'Name the bot that wants to hear of the instrument.';
    end if;
    perform util.require_text('p_stream', p_stream);
    perform ingest._require_stream(p_stream);
    if p_stream = 'listings' then
        raise exception 'argument p_stream names no stream of an instrument: %', quote_literal(p_stream)
            using errcode = 'TB002', hint = 'A list is of all instruments of its kind: subscribe to what one of them trades at.';
    end if;
    if not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id) then
        raise exception 'argument p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument().';
    end if;
end
$$;
comment on function market._check_subscription(uuid, uuid, uuid, text) is
    'Returns if the caller may trade for the account and this can be a subscription of it. 42501 without the right, TB001 malformed, TB002 unknown stream or instrument.';
