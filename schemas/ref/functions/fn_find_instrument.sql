-- daybook mirror: function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text)
-- needs: ref/tables/instruments.sql

CREATE OR REPLACE FUNCTION ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text DEFAULT NULL::text)
 RETURNS SETOF ref.instruments
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select *
          from ref.instruments as i
         where i.venue = p_venue
           and i.symbol = p_symbol
           and (p_kind is null or i.kind = p_kind)
         order by i.kind;
end
$function$;

alter function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) owner to daybook_api;

comment on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) is 'The instruments of a venue with this symbol: at most one per kind, none when it is unknown.';

revoke execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) from public;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_agent;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_app;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_bot;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_console;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_data_writer;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_executor;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_manager;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_owner;
grant execute on function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text) to daybook_risk;
