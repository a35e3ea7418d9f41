-- 20 random bits, so that nobody acts as another bot by a number that happens to be right; below 2^53, so that JSON keeps it.
create or replace function trading._next_token() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    return nextval('trading.fence_seq') * 1048576 + ('x' || right(gen_random_uuid()::text, 5))::bit(20)::integer;
end
$$;

comment on function trading._next_token() is 'A token greater than all before it, of any bot.';
