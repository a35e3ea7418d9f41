-- daybook mirror: function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric)

CREATE OR REPLACE FUNCTION trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_fee = (0)::numeric) THEN 'none'::text WHEN (p_fee_currency = p_currency) THEN 'settle'::text WHEN ((p_fee_currency = p_base_currency) AND (p_kind = 'spot'::text)) THEN 'base'::text WHEN (p_fee_rate IS NOT NULL) THEN 'converted'::text ELSE 'other'::text END;

alter function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric) owner to daybook_api;

comment on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric) is 'How a fee acts on a position: settle is subtracted from its result, base from its quantity (spot only), converted is a third asset and subtracted from its result at the rate given, other is one without a rate and kept apart; none when zero.';

revoke execute on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric) from public;
grant execute on function trading._fee_kind(p_kind text, p_base_currency text, p_currency text, p_fee numeric, p_fee_currency text, p_fee_rate numeric) to daybook_owner;
