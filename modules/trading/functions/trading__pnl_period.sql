create or replace function trading._pnl_period(p_by text, p_at timestamptz) returns date
language sql immutable parallel safe
return case p_by
    when 'day' then (p_at at time zone 'UTC')::date
    when 'month' then date_trunc('month', p_at at time zone 'UTC')::date
end;

comment on function trading._pnl_period(text, timestamptz) is 'First day, in UTC, of the period that a moment is counted in; null for groups that are no periods.';
