-- Times of the clock are tried in order from the one shown at p_after, near a change of the clock from as much before as it changes: what comes twice may still be due.
create or replace function jobs.next_fire(
    p_cron text, p_time_zone text, p_after timestamptz, p_skipped text default 'after', p_repeated text default 'once')
returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    c_fields constant text[] := regexp_split_to_array(btrim(p_cron), '\s+');
    c_minutes constant integer[] := jobs._cron_field(c_fields[1], 0, 59, null);
    c_hours constant integer[] := jobs._cron_field(c_fields[2], 0, 23, null);
    c_days constant integer[] := jobs._cron_field(c_fields[3], 1, 31, null);
    c_months constant integer[] := jobs._cron_field(c_fields[4], 1, 12, array['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec']);
    c_weekdays constant integer[] := jobs._cron_field(c_fields[5], 0, 7, array['sun','mon','tue','wed','thu','fri','sat']);
    -- With both given, a day is meant when it fits either, as cron has always had it.
    c_either constant boolean := c_fields[3] !~ '^\*' and c_fields[5] !~ '^\*';
    -- What runs in every hour goes by the hours that pass, not by those that the clock shows.
    c_hourly constant boolean := c_fields[2] = '*';
    v_shown timestamp;
    v_change interval;
    v_from timestamp;
    v_day timestamp;
    v_hour integer;
    v_minute integer;
    v_local timestamp;
    v_best timestamptz;
begin
    perform jobs._check_rule(p_cron, null);
    if p_after is null or not isfinite(p_after) then
        return null;
    end if;
    v_shown := p_after at time zone p_time_zone;
    v_change := greatest(((p_after + interval '1 day') at time zone p_time_zone - (p_after - interval '1 day') at time zone p_time_zone) - interval '2 days',
                         interval '2 days' - ((p_after + interval '1 day') at time zone p_time_zone - (p_after - interval '1 day') at time zone p_time_zone));
    v_from := date_trunc('minute', v_shown - v_change);
    v_day := date_trunc('day', v_from);

    while v_day < v_from + interval '8 years 1 day' loop
        if extract(month from v_day) = any (c_months)
           and (case when c_either then extract(day from v_day) = any (c_days) or extract(dow from v_day) = any (c_weekdays)
                                       or extract(isodow from v_day) = any (c_weekdays)
                    else extract(day from v_day) = any (c_days)
                         and (extract(dow from v_day) = any (c_weekdays) or extract(isodow from v_day) = any (c_weekdays)) end)
        then
            foreach v_hour in array c_hours loop
                continue when v_day + make_interval(hours => v_hour + 1) <= v_from;
                foreach v_minute in array c_minutes loop
                    v_local := v_day + make_interval(hours => v_hour, mins => v_minute);
                    continue when v_local < v_from;
                    -- Nothing that comes later on the clock can come earlier in time than what was found.
                    if v_best is not null and v_local > v_shown + v_change then
                        return v_best;
                    end if;
                    v_best := least(v_best, jobs._moment_after(v_local, p_time_zone, p_after, p_skipped = 'after' and not c_hourly,
                                                               p_repeated = 'twice' or c_hourly));
                end loop;
            end loop;
        end if;
        v_day := v_day + interval '1 day';
        exit when v_best is not null and v_day > v_shown + v_change;
    end loop;
    return v_best;
end
$$;

comment on function jobs.next_fire(text, text, timestamptz, text, text) is
    'The first moment after p_after that a cron expression means: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday), each a list of numbers, ranges, steps '
    'and *, months and weekdays also by their first three English letters; with both kinds of day given, either. In the clock of the time zone: what is due at a time that the clock '
    'leaves out comes once just after (p_skipped after) or never; what is due at a time shown twice comes the first time (p_repeated once) or both times (twice). With * for the hour it '
    'goes by the hours that pass: times that are left out do not come, and times shown twice come twice. Null when there is none in eight years, as for 30 February. TB001 for a malformed expression, 22023 for an unknown time zone.';
