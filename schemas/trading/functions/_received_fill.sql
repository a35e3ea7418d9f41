-- daybook mirror: function trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_flags.sql
-- needs: trading/types/liquidity.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: util/types/amount.sql

CREATE OR REPLACE FUNCTION trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb)
 RETURNS trading.fills
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ROW(p_account_id, p_fill_id, p_order_id, p_instrument_id, COALESCE(p_position_key, ''::text), (p_side)::trading.side, (trim_scale(p_qty))::trading.quantity, (trim_scale(p_price))::util.amount, (trim_scale(COALESCE(p_fee, (0)::numeric)))::util.amount, p_fee_currency, (trim_scale(p_fee_rate))::trading.quantity, (p_liquidity)::trading.liquidity, p_venue_trade_id, COALESCE(p_trade_discriminator, ''::text), p_filled_at, p_recorded_at, p_ctx, ('{}'::text[])::trading.fill_flags, NULL::bigint, NULL::text, NULL::numeric, NULL::bigint, NULL::bigint, NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric, NULL::numeric)::trading.fills;

alter function trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb) is 'A fill as it was received, in canonical form, with nothing derived yet.';

revoke execute on function trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._received_fill(p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_recorded_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
