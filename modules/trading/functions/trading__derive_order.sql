-- daybook-lint: allow function-search-path until 2028-06-30: it calls what its owner may, and whoever writes orders fixes the path
create or replace function trading._derive_order() returns trigger
language plpgsql volatile
as $$
begin
    new.status := trading._order_status(new.lifecycle, new.pending, new.working_qty, new.cum_qty);
    new.is_open := new.status in ('submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace');
    return new;
end
$$;

comment on function trading._derive_order() is
    'Trigger of trading.orders: what the order looks like, status and is_open, is said by its state and quantities, whoever writes them.';
