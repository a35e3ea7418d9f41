-- daybook mirror: function jobs._difference(p_asked jsonb, p_kept jsonb)

CREATE OR REPLACE FUNCTION jobs._difference(p_asked jsonb, p_kept jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT f.name
    FROM unnest(ARRAY['queue'::text, 'handler'::text, 'args'::text, 'priority'::text, 'run_at'::text, 'unique_key'::text, 'max_attempts'::text, 'account_id'::text]) WITH ORDINALITY f(name, place)
   WHERE ((_difference.p_asked -> f.name) IS DISTINCT FROM (_difference.p_kept -> f.name))
   ORDER BY f.place
  LIMIT 1;
END;

alter function jobs._difference(p_asked jsonb, p_kept jsonb) owner to daybook_api;

comment on function jobs._difference(p_asked jsonb, p_kept jsonb) is 'The first field in which a job is not what is asked for; null when it is the same.';

revoke execute on function jobs._difference(p_asked jsonb, p_kept jsonb) from public;
grant execute on function jobs._difference(p_asked jsonb, p_kept jsonb) to daybook_owner;
