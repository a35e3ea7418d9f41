create or replace function trading._cap_answer(
    p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric, p_of_bot boolean, p_bot_limit numeric,
    p_of_all boolean, p_global_limit numeric)
returns trading.notional_answer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_answer trading.notional_answer;
begin
    if p_of_bot then
        v_answer.detail := trading._over_cap(
            'the bot', p_bot_limit, trading._notional_used(p_account_id, p_bot_id, p_day, p_currency), p_amount, p_currency, p_day);
    end if;
    if p_of_all and v_answer.detail is null then
        v_answer.detail := trading._over_cap(
            'all trading together', p_global_limit, trading._notional_used(null, null, p_day, p_currency), p_amount, p_currency, p_day);
    end if;
    v_answer.code := case when v_answer.detail is not null then 'cap' end;
    return v_answer;
end
$$;

comment on function trading._cap_answer(uuid, uuid, date, text, numeric, boolean, numeric, boolean, numeric) is
    'Why an amount does not fit the cap of the bot or that of all trading, as far as it is committed what is used of them; nulls if it fits.';
