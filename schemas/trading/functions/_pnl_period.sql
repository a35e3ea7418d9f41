-- daybook mirror: function trading._pnl_period(p_by text, p_at timestamp with time zone)

CREATE OR REPLACE FUNCTION trading._pnl_period(p_by text, p_at timestamp with time zone)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE p_by WHEN 'day'::text THEN ((p_at AT TIME ZONE 'UTC'::text))::date WHEN 'month'::text THEN (date_trunc('month'::text, (p_at AT TIME ZONE 'UTC'::text)))::date ELSE NULL::date END;

alter function trading._pnl_period(p_by text, p_at timestamp with time zone) owner to daybook_api;

comment on function trading._pnl_period(p_by text, p_at timestamp with time zone) is 'First day, in UTC, of the period that a moment is counted in; null for groups that are no periods.';

revoke execute on function trading._pnl_period(p_by text, p_at timestamp with time zone) from public;
grant execute on function trading._pnl_period(p_by text, p_at timestamp with time zone) to daybook_owner;
