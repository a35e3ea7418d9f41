-- daybook mirror: function trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean)

CREATE OR REPLACE FUNCTION trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN array_remove(ARRAY[CASE WHEN (p_lifecycle = ANY (ARRAY['denied'::text, 'rejected'::text, 'canceled'::text, 'expired'::text])) THEN 'late'::text ELSE NULL::text END, CASE WHEN (p_cum_qty > p_working_qty) THEN 'overfill'::text ELSE NULL::text END, CASE WHEN (p_origin = 'external'::text) THEN 'orphan'::text ELSE NULL::text END, CASE WHEN p_out_of_order THEN 'out_of_order'::text ELSE NULL::text END, CASE WHEN p_unpriced_fee THEN 'unpriced_fee'::text ELSE NULL::text END, CASE WHEN p_reconciled THEN 'reconciled'::text ELSE NULL::text END], NULL::text);

alter function trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean) owner to daybook_api;

comment on function trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean) is 'What is remarkable about a new fill, from its order after it (p_cum_qty includes it), its time, its fee and where it came from.';

revoke execute on function trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean) from public;
grant execute on function trading._fill_flags(p_lifecycle text, p_origin text, p_working_qty numeric, p_cum_qty numeric, p_out_of_order boolean, p_unpriced_fee boolean, p_reconciled boolean) to daybook_owner;
