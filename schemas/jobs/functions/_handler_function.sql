-- daybook mirror: function jobs._handler_function(p_what text)

CREATE OR REPLACE FUNCTION jobs._handler_function(p_what text)
 RETURNS regprocedure
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select p.oid::regprocedure
      from pg_proc as p
     where p.oid = to_regprocedure(p_what || '(jsonb, jsonb)') and p.prorettype = 'jsonb'::regtype and p.prokind = 'f' and not p.proretset
       and p_what ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'
$function$;

alter function jobs._handler_function(p_what text) owner to daybook_api;

comment on function jobs._handler_function(p_what text) is 'The function of a handler: schema.name of a function (args jsonb, ctx jsonb) that returns jsonb; null where there is none.';

revoke execute on function jobs._handler_function(p_what text) from public;
grant execute on function jobs._handler_function(p_what text) to daybook_owner;
