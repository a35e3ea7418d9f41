-- daybook mirror: function util.window_ms(p_label text)

CREATE OR REPLACE FUNCTION util.window_ms(p_label text)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_part text[] := regexp_match(p_label, '^([1-9][0-9]{0,5})(ms|s|m|h|d|w)$');
begin
    if v_part is null then
        raise exception 'argument p_label is %, which is not a window label', coalesce(quote_literal(p_label), 'null')
            using errcode = 'TB001',
                  hint = 'Write a count and a unit, such as 30m, 4h or 1d; units are ms, s, m, h, d and w.';
    end if;

    return v_part[1]::bigint * case v_part[2]
        when 'ms' then 1
        when 's' then 1000
        when 'm' then 60000
        when 'h' then 3600000
        when 'd' then 86400000
        when 'w' then 604800000
    end;
end
$function$;

alter function util.window_ms(p_label text) owner to daybook_api;

comment on function util.window_ms(p_label text) is 'Length in milliseconds of a window label such as 1m, 30m, 4h, 1d or 1w; TB001 for anything else. Agrees with settings.windows.';

revoke execute on function util.window_ms(p_label text) from public;
grant execute on function util.window_ms(p_label text) to daybook_app;
grant execute on function util.window_ms(p_label text) to daybook_bot;
grant execute on function util.window_ms(p_label text) to daybook_data_writer;
grant execute on function util.window_ms(p_label text) to daybook_executor;
grant execute on function util.window_ms(p_label text) to daybook_manager;
grant execute on function util.window_ms(p_label text) to daybook_owner;
grant execute on function util.window_ms(p_label text) to daybook_risk;
