-- One statement for each way of asking, so that each has a plan, and an index, of its own.
create or replace function trading.fn_signals(
    p_account_id uuid, p_bot_id uuid default null, p_instrument_id uuid default null, p_from timestamptz default null,
    p_to timestamptz default null, p_limit integer default 100)
returns table (account_id uuid, signal_id uuid, bot_id uuid, run_id uuid, instrument_id uuid, name text, direction text, strength numeric,
               price numeric, valid_until timestamptz, data jsonb, occurred_at timestamptz, recorded_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_bot_id is null then
        return query
            select s.account_id, s.signal_id, s.bot_id, s.run_id, s.instrument_id, s.name, s.direction, s.strength::numeric, s.price::numeric,
                   s.valid_until, s.data, s.occurred_at, s.recorded_at
              from trading.signals as s
             where s.account_id = p_account_id and coalesce(s.instrument_id = p_instrument_id, true)
               and s.occurred_at >= coalesce(p_from, '-infinity') and s.occurred_at < coalesce(p_to, 'infinity')
             order by s.occurred_at desc, s.signal_id desc
             limit p_limit;
    else
        return query
            select s.account_id, s.signal_id, s.bot_id, s.run_id, s.instrument_id, s.name, s.direction, s.strength::numeric, s.price::numeric,
                   s.valid_until, s.data, s.occurred_at, s.recorded_at
              from trading.signals as s
             where s.account_id = p_account_id and s.bot_id = p_bot_id and coalesce(s.instrument_id = p_instrument_id, true)
               and s.occurred_at >= coalesce(p_from, '-infinity') and s.occurred_at < coalesce(p_to, 'infinity')
             order by s.occurred_at desc, s.signal_id desc
             limit p_limit;
    end if;
end
$$;

comment on function trading.fn_signals(uuid, uuid, uuid, timestamptz, timestamptz, integer) is
    'What strategies of an account, or of one bot, saw, newest first: of an instrument, from p_from on, before p_to, at most p_limit.';
