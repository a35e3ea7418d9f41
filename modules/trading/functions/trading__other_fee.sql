create or replace function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
returns trading.position_fees
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind constant text := trading._fee_kind_of(p_position, p_fee, p_fee_currency, p_fee_rate);
begin
    return case when v_kind in ('base', 'other', 'converted') then
        row(p_position.account_id, p_position.position_id, p_fee_currency, case v_kind when 'base' then 'base' else 'other' end, p_fee,
            case v_kind when 'converted' then p_fee else 0 end,
            case v_kind when 'converted' then p_fee * p_fee_rate else 0 end)::trading.position_fees
    end;
end
$$;

comment on function trading._other_fee(trading.positions, numeric, text, numeric) is
    'What a fee adds to the totals of its position in currencies other than the position''s own; null for one in that currency.';
