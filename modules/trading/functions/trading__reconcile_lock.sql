-- In the order of all who move the book: positions by key, then orders by id.
create or replace function trading._reconcile_lock(p_account_id uuid, p_steps trading.reconcile_step[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_busted constant uuid[] := (trading._reconcile_planned(p_steps)).busted;
    v_fills trading.fills[];
begin
    v_fills := array(
        select jsonb_populate_record(null::trading.fills, s.args -> 'fill') from unnest(p_steps) as s where s.args ? 'fill');
    perform trading._lock_positions(
        p_account_id, v_fills || array(select f from trading.fills as f where f.account_id = p_account_id and f.fill_id = any (v_busted)));
    perform 1
       from trading.orders as o
      where o.account_id = p_account_id
        and (o.order_id in (select (s.args ->> 'order_id')::uuid from unnest(p_steps) as s)
             or o.order_id in (select (s.args -> 'order' ->> 'order_id')::uuid from unnest(p_steps) as s)
             or o.order_id in (select f.order_id from unnest(v_fills) as f)
             or o.order_id in (select f.order_id from trading.fills as f where f.account_id = p_account_id and f.fill_id = any (v_busted)))
      order by o.order_id
        for no key update;
end
$$;

comment on function trading._reconcile_lock(uuid, trading.reconcile_step[]) is
    'Locks the positions and orders that these steps move, making positions that they need.';
