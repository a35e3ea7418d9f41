-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._fence_broken(p_account_id uuid, p_bot_id uuid, p_token bigint) returns text
language plpgsql stable
as $$
declare
    v_lease record;
begin
    select l.token, l.expires_at
      into v_lease
      from trading.bot_leases as l
     where l.account_id = p_account_id and l.bot_id = p_bot_id;
    return case
        when v_lease.token = p_token and v_lease.expires_at > clock_timestamp() then null
        when v_lease.token = p_token then
            format('the lease of token %s is over since %s', p_token, to_char(v_lease.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        when p_token is null then 'a call in the name of a bot carries the token of its lease as fence'
        else format('token %s is not that of the bot''s lease', p_token)
    end;
end
$$;

comment on function trading._fence_broken(uuid, uuid, bigint) is
    'Why a token does not count for the bot: it is not that of the latest acquisition, or the lease is over; null if it counts.';
