-- One statement for each way of asking, so that each has a plan, and an index, of its own.
create or replace function trading.fn_commands(
    p_account_id uuid, p_bot_id uuid default null, p_open boolean default true, p_command_id uuid default null, p_limit integer default 100)
returns table (account_id uuid, command_id uuid, bot_id uuid, kind text, arguments jsonb, reason text, actor text, issued_at timestamptz,
               expires_at timestamptz, status text, acknowledged_at timestamptz, acknowledged_by text, finished_at timestamptz,
               finished_by text, detail text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_command_id is not null then
        return query select v.* from trading.v_bot_commands as v where v.account_id = p_account_id and v.command_id = p_command_id;
    elsif p_open then
        return query
            select v.*
              from trading.bot_commands as c
              join trading.v_bot_commands as v on v.account_id = c.account_id and v.command_id = c.command_id
             where c.account_id = p_account_id and c.status in ('pending', 'acknowledged') and v.status <> 'expired'
               and coalesce(c.bot_id = p_bot_id, true)
             order by c.issued_at, c.command_id
             limit p_limit;
    else
        return query
            select v.* from trading.v_bot_commands as v
             where v.account_id = p_account_id and coalesce(v.bot_id = p_bot_id, true)
             order by v.issued_at desc, v.command_id desc
             limit p_limit;
    end if;
end
$$;

comment on function trading.fn_commands(uuid, uuid, boolean, uuid, integer) is
    'Commands to a bot, or to all bots of the account: those that are pending or acknowledged, oldest first, which is what a bot and its executor have to do; all, newest first, with '
    'p_open false; or the one with p_command_id.';
