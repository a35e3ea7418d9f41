-- daybook mirror: function trading._derive_order()

CREATE OR REPLACE FUNCTION trading._derive_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    new.status := trading._order_status(new.lifecycle, new.pending, new.working_qty, new.cum_qty);
    new.is_open := new.status in ('submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace');
    return new;
end
$function$;

alter function trading._derive_order() owner to daybook_owner;

comment on function trading._derive_order() is 'Trigger of trading.orders: what the order looks like, status and is_open, is said by its state and quantities, whoever writes them.';

revoke execute on function trading._derive_order() from public;
grant execute on function trading._derive_order() to daybook_api;
