-- daybook mirror: function market._analyze_kline_stage()

CREATE OR REPLACE FUNCTION market._analyze_kline_stage()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform market._require_kline_stage();
    analyze pg_temp.kline_stage (open_time);
end
$function$;

alter function market._analyze_kline_stage() owner to daybook_owner;

comment on function market._analyze_kline_stage() is 'Checks that the stage is ours and tells the planner how much it holds. TB004 when it is not ours.';

revoke execute on function market._analyze_kline_stage() from public;
grant execute on function market._analyze_kline_stage() to daybook_api;
