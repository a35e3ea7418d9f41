-- One statement for each way of asking, so that each has a plan, and an index, of its own.
create or replace function trading.fn_bot_events(
    p_account_id uuid, p_bot_id uuid default null, p_from timestamptz default null, p_to timestamptz default null,
    p_limit integer default 100)
returns table (account_id uuid, event_id uuid, bot_id uuid, kind text, level text, message text, data jsonb, occurred_at timestamptz,
               recorded_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_bot_id is null then
        return query
            select e.account_id, e.event_id, e.bot_id, e.kind, e.level, e.message, e.data, e.occurred_at, e.recorded_at
              from trading.bot_events as e
             where e.account_id = p_account_id
               and e.occurred_at >= coalesce(p_from, '-infinity') and e.occurred_at < coalesce(p_to, 'infinity')
             order by e.occurred_at desc, e.event_id desc
             limit p_limit;
    else
        return query
            select e.account_id, e.event_id, e.bot_id, e.kind, e.level, e.message, e.data, e.occurred_at, e.recorded_at
              from trading.bot_events as e
             where e.account_id = p_account_id and e.bot_id = p_bot_id
               and e.occurred_at >= coalesce(p_from, '-infinity') and e.occurred_at < coalesce(p_to, 'infinity')
             order by e.occurred_at desc, e.event_id desc
             limit p_limit;
    end if;
end
$$;

comment on function trading.fn_bot_events(uuid, uuid, timestamptz, timestamptz, integer) is
    'What happened to the bots and executors of an account, or to one bot, newest first: from p_from on, before p_to, at most p_limit.';
