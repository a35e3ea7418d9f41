-- What every statement about one series begins with: "from <table> t where <its rows>".
create or replace function market._series_rows(p_stream text, p_instrument_id uuid, p_interval_s integer)
returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function market._series_rows(text, uuid, integer) is
    'FROM and WHERE of the rows of one series, the table called t. TB001 for what is no stream, or a series that is not named in full.';
