-- On tables that nobody has analyzed the planner knows no sizes, and a plan that is kept from then outlives their growth.
begin;
select plan(3);
set local plan_cache_mode = force_generic_plan;
create function pg_temp.plan_of(p_statement text) returns setof text language plpgsql as $$
begin
    return query execute 'explain (costs off) ' || p_statement;
end
$$;
create function pg_temp.indexes_of(p_statement text) returns text language sql
return (select string_agg(substring(line from 'Scan using (\S+)'), ' ' order by substring(line from 'Scan using (\S+)'))
          from pg_temp.plan_of(p_statement) as line where line ~ 'Scan using');

prepare locks (uuid, uuid, text, uuid, text) as
    select p, o
      from trading.positions as p
      join trading.orders as o using (account_id, instrument_id, position_key)
     where p.account_id = $1 and p.instrument_id = $2 and p.position_key = $3 and o.order_id = $4 and o.side = $5
       for no key update of p, o;
select is(pg_temp.indexes_of('execute locks (null, null, null, null, null)'), 'orders_pkey positions_instrument_key', 'a fill finds its order and position by their keys');
prepare an_order (uuid, uuid) as select 1 from only trading.orders as o where o.account_id = $1 and o.order_id = $2 for key share of o;
select is(pg_temp.indexes_of('execute an_order (null, null)'), 'orders_pkey', 'so does what refers to an order');
prepare a_fill (uuid, uuid) as select 1 from only trading.fills as f where f.account_id = $1 and f.fill_id = $2 for key share of f;
select is(pg_temp.indexes_of('execute a_fill (null, null)'), 'fills_pkey', 'and what refers to a fill');
select * from finish();
rollback;
