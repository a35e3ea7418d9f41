-- daybook mirror: function trading._share(p_amount numeric, p_part numeric, p_whole numeric)
-- needs: util/functions/div18.sql

CREATE OR REPLACE FUNCTION trading._share(p_amount numeric, p_part numeric, p_whole numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_part = p_whole) THEN p_amount ELSE util.div18((p_amount * p_part), p_whole) END;

alter function trading._share(p_amount numeric, p_part numeric, p_whole numeric) owner to daybook_api;

comment on function trading._share(p_amount numeric, p_part numeric, p_whole numeric) is 'The share of a part in an amount that belongs to the whole. Taken part by part from what is left, the last one gets all that remains.';

revoke execute on function trading._share(p_amount numeric, p_part numeric, p_whole numeric) from public;
grant execute on function trading._share(p_amount numeric, p_part numeric, p_whole numeric) to daybook_owner;
