-- daybook mirror: function jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean)

CREATE OR REPLACE FUNCTION jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_schedule is null or p_schedule !~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$' or length(p_schedule) > 100 then
        raise exception 'argument p_schedule is %, which is not a name of a schedule', coalesce(quote_literal(left(p_schedule, 40)), 'null')
            using errcode = 'TB001', hint = 'Write lower-case words joined by dots and underscores, at most 100 characters.';
    end if;
    if p_time_zone is null or not exists (select from pg_timezone_names as z where z.name = p_time_zone) then
        raise exception 'argument p_time_zone is %, and there is no such time zone', coalesce(quote_literal(p_time_zone), 'null')
            using errcode = 'TB001', hint = 'Pass a name as in pg_timezone_names: UTC, Europe/Berlin.';
    end if;
    if p_skipped is null or p_skipped not in ('after', 'never') or p_repeated is null or p_repeated not in ('once', 'twice') then
        raise exception 'arguments p_skipped and p_repeated are % and %', coalesce(p_skipped, 'null'), coalesce(p_repeated, 'null')
            using errcode = 'TB001', hint = 'Pass after or never, and once or twice.';
    end if;
    if p_catch_up is null or p_catch_up not in ('none', 'last', 'all') or p_catch_up_limit is null or p_catch_up_limit not between 1 and 10000 then
        raise exception 'arguments p_catch_up and p_catch_up_limit are % and %', coalesce(p_catch_up, 'null'), coalesce(p_catch_up_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass none, last or all, and 1 to 10000.';
    end if;
    if jsonb_typeof(p_args) is distinct from 'object' or p_enabled is null then
        raise exception 'arguments p_args and p_enabled of schedule % are % and %', p_schedule, coalesce(left(p_args::text, 100), 'null'),
                coalesce(p_enabled::text, 'null')
            using errcode = 'TB001', hint = 'Pass a JSON object, and true or false.';
    end if;
end
$function$;

alter function jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean) owner to daybook_api;

comment on function jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean) is 'Raises TB001 for an argument that no schedule can have.';

revoke execute on function jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean) from public;
grant execute on function jobs._check_schedule(p_schedule text, p_time_zone text, p_skipped text, p_repeated text, p_catch_up text, p_catch_up_limit integer, p_args jsonb, p_enabled boolean) to daybook_owner;
