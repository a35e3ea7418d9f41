-- daybook mirror: function trading._next_token()

CREATE OR REPLACE FUNCTION trading._next_token()
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return nextval('trading.fence_seq') * 1048576 + ('x' || right(gen_random_uuid()::text, 5))::bit(20)::integer;
end
$function$;

alter function trading._next_token() owner to daybook_api;

comment on function trading._next_token() is 'A token greater than all before it, of any bot.';

revoke execute on function trading._next_token() from public;
grant execute on function trading._next_token() to daybook_owner;
