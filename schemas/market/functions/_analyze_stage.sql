-- daybook mirror: function market._analyze_stage(p_stream text)

CREATE OR REPLACE FUNCTION market._analyze_stage(p_stream text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_is record;
begin
    select c.target, c.keys into strict v_is from ingest._stream_clauses(p_stream) c;
    perform market._require_stage(v_is.target);
    execute format('analyze pg_temp.market_stage (%s)', array_to_string(v_is.keys, ', '));
end
$function$;

alter function market._analyze_stage(p_stream text) owner to daybook_owner;

comment on function market._analyze_stage(p_stream text) is 'Checks that the stage is ours and tells the planner how much it holds. TB004 when it is not ours.';

revoke execute on function market._analyze_stage(p_stream text) from public;
grant execute on function market._analyze_stage(p_stream text) to daybook_api;
