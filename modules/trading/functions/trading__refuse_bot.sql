create or replace function trading._refuse_bot(p_account_id uuid, p_bot_id uuid) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% is no bot of account %', coalesce(p_bot_id::text, 'null'), p_account_id
        using errcode = 'TB002', hint = 'Make the bot first with trading.fn_configure_bot().';
end
$$;

comment on function trading._refuse_bot(uuid, uuid) is 'Raises TB002: the account has no such bot.';
