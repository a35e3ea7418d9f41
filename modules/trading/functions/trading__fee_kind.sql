create or replace function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text)
returns text
language sql immutable parallel safe
return case
    when p_fee = 0 then 'none'
    when p_fee_currency = p_currency then 'settle'
    when p_fee_currency = p_base_currency and p_kind = 'spot' then 'base'
    else 'other'
end;

comment on function trading._fee_kind(text, text, text, numeric, text) is
    'How a fee acts on a position: settle is subtracted from its result, base from its quantity (spot only), other is a third asset and kept apart; none when zero.';
