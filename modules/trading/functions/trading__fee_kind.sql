create or replace function trading._fee_kind(
    p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
returns text
language sql immutable parallel safe
return case
    when p_fee = 0 then 'none'
    when p_fee_currency = p_currency then 'settle'
    when p_fee_currency = p_base_currency and p_kind = 'spot' then 'base'
    when p_fee_rate is not null then 'converted'
    else 'other'
end;

comment on function trading._fee_kind(text, text, text, numeric, text, numeric) is
    'How a fee acts on a position: settle is subtracted from its result, base from its quantity (spot only), converted is a third asset and subtracted from its result at the rate given, other is one without a rate and kept apart; none when zero.';
