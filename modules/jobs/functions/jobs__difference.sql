create or replace function jobs._difference(p_asked jsonb, p_kept jsonb) returns text
language sql immutable parallel safe
begin atomic
    select f.name
      from unnest(array['queue', 'handler', 'args', 'priority', 'run_at', 'unique_key', 'max_attempts', 'account_id']) with ordinality as f (name, place)
     where p_asked -> f.name is distinct from p_kept -> f.name
     order by f.place
     limit 1;
end;

comment on function jobs._difference(jsonb, jsonb) is 'The first field in which a job is not what is asked for; null when it is the same.';
