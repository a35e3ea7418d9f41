create or replace function jobs._handler_function(p_what text) returns regprocedure
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select p.oid::regprocedure
      from pg_proc as p
     where p.oid = to_regprocedure(p_what || '(jsonb, jsonb)') and p.prorettype = 'jsonb'::regtype and p.prokind = 'f' and not p.proretset
       and p_what ~ '^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$'
$$;

comment on function jobs._handler_function(text) is
    'The function of a handler: schema.name of a function (args jsonb, ctx jsonb) that returns jsonb; null where there is none.';
