-- One field of a cron expression: numbers, names, ranges, lists and steps.
create or replace function jobs._cron_field(p_field text, p_first integer, p_last integer, p_names text[]) returns integer[]
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part text;
    v_match text[];
    v_low integer;
    v_high integer;
    v_values integer[] := '{}';
begin
    if p_field is null then
        return null;
    end if;
    foreach v_part in array string_to_array(lower(p_field), ',') loop
        v_match := regexp_match(v_part, '^(?:(\*)|([0-9]{1,2}|[a-z]{3})(?:-([0-9]{1,2}|[a-z]{3}))?)(?:/([0-9]{1,2}))?$');
        if v_match is null then
            return null;
        end if;
        v_low := case when v_match[1] is not null then p_first
                      when v_match[2] ~ '^[0-9]' then v_match[2]::integer
                      else array_position(p_names, v_match[2]) + p_first - 1 end;
        v_high := case when v_match[1] is not null or v_match[3] is null and v_match[4] is not null then p_last
                       when v_match[3] is null then v_low
                       when v_match[3] ~ '^[0-9]' then v_match[3]::integer
                       else array_position(p_names, v_match[3]) + p_first - 1 end;
        if v_low is null or v_high is null or v_low < p_first or v_high > p_last or v_low > v_high or v_match[4]::integer = 0 then
            return null;
        end if;
        v_values := v_values || array(select generate_series(v_low, v_high, coalesce(v_match[4]::integer, 1)));
    end loop;
    return array(select distinct v.value from unnest(v_values) as v (value) order by v.value);
end
$$;

comment on function jobs._cron_field(text, integer, integer, text[]) is
    'The numbers that a field of a cron expression names, in order; null where it names none.';
