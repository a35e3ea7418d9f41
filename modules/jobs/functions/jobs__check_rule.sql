create or replace function jobs._check_rule(p_cron text, p_every interval) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    c_fields constant text[] := regexp_split_to_array(btrim(p_cron), '\s+');
begin
    if (p_cron is null) = (p_every is null) then
        raise exception 'exactly one of p_cron and p_every is to be given'
            using errcode = 'TB001', hint = 'Pass a cron expression for times of the clock, an interval for so often.';
    end if;
    if p_every is not null and (p_every < interval '1 second' or extract(epoch from p_every) % 1 <> 0 or p_every <> make_interval(secs => extract(epoch from p_every))
                                or extract(month from p_every) <> 0 or extract(year from p_every) <> 0 or extract(day from p_every) <> 0)
    then
        raise exception 'argument p_every is %', p_every
            using errcode = 'TB001', hint = 'Pass whole seconds, minutes and hours (24 hours, not 1 day); for days and months write a cron expression.';
    end if;
    if p_cron is not null
       and (cardinality(c_fields) <> 5 or jobs._cron_field(c_fields[1], 0, 59, null) is null or jobs._cron_field(c_fields[2], 0, 23, null) is null
            or jobs._cron_field(c_fields[3], 1, 31, null) is null
            or jobs._cron_field(c_fields[4], 1, 12, array['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec']) is null
            or jobs._cron_field(c_fields[5], 0, 7, array['sun','mon','tue','wed','thu','fri','sat']) is null)
    then
        raise exception 'argument p_cron is %, which is not a cron expression', quote_literal(left(p_cron, 80))
            using errcode = 'TB001', hint = 'Write minute, hour, day of the month, month and day of the week: 30 2 * * mon-fri.';
    end if;
end
$$;

comment on function jobs._check_rule(text, interval) is 'Raises TB001 for what is no rule of a schedule: a cron expression of five fields or an interval.';
