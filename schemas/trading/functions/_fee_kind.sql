-- daybook mirror: function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text)

CREATE OR REPLACE FUNCTION trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_fee = (0)::numeric) THEN 'none'::text WHEN (p_fee_currency = p_currency) THEN 'settle'::text WHEN ((p_fee_currency = p_base_currency) AND (p_kind = 'spot'::text)) THEN 'base'::text ELSE 'other'::text END;

alter function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text) owner to daybook_api;

comment on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text) is 'How a fee acts on a position: settle is subtracted from its result, base from its quantity (spot only), other is a third asset and kept apart; none when zero.';

revoke execute on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text) from public;
grant execute on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text) to daybook_owner;
