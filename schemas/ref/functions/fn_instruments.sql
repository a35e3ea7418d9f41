-- daybook mirror: function ref.fn_instruments(p_venue text, p_symbol text)
-- needs: ref/tables/instruments.sql

CREATE OR REPLACE FUNCTION ref.fn_instruments(p_venue text DEFAULT NULL::text, p_symbol text DEFAULT NULL::text)
 RETURNS SETOF ref.instruments
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select *
          from ref.instruments as i
         where (p_venue is null or i.venue = p_venue)
           and (p_symbol is null or i.symbol = p_symbol)
         order by i.venue, i.symbol, i.kind;
end
$function$;

alter function ref.fn_instruments(p_venue text, p_symbol text) owner to daybook_api;

comment on function ref.fn_instruments(p_venue text, p_symbol text) is 'The registered instruments, of a venue or with a symbol when these are given.';

revoke execute on function ref.fn_instruments(p_venue text, p_symbol text) from public;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_agent;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_app;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_bot;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_console;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_data_writer;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_executor;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_manager;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_owner;
grant execute on function ref.fn_instruments(p_venue text, p_symbol text) to daybook_risk;
