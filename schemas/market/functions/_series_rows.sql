-- daybook mirror: function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer)

CREATE OR REPLACE FUNCTION market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_stream record;
begin
    select * into v_stream from market._stream(p_stream);
    if v_stream.has_instrument and p_instrument_id is null then
        raise exception 'p_instrument_id is null'
            using errcode = 'TB001', hint = format('The stream %s has one series for each instrument.', p_stream);
    end if;
    if coalesce(p_interval_s, 1) not between 1 and 31 * 86400 or (p_interval_s is null and v_stream.interval_column is not null) then
        raise exception 'p_interval_s is not a length: %', coalesce(p_interval_s::text, 'null')
            using errcode = 'TB001', hint = 'Give seconds from one row to the next, from 1 to 2678400.';
    end if;
    return format('from %s t where %s', v_stream.target, v_stream.restriction)
           || case when v_stream.has_instrument then format(' and t.instrument_id = %L::uuid', p_instrument_id) else '' end
           || case when v_stream.interval_column is null then ''
                   else format(' and t.%I = %s', v_stream.interval_column, p_interval_s) end;
end
$function$;

alter function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer) owner to daybook_api;

comment on function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer) is 'FROM and WHERE of the rows of one series, the table called t. TB001 for what is no stream, or a series that is not named in full.';

revoke execute on function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer) from public;
grant execute on function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_owner;
