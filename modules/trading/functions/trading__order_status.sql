-- Made by tools/order_machine of src/book/order_transitions.conf; edit that.
-- The trigger that writes trading.orders.status calls it, so that the status which is stored with a fill, before the row of its
-- order is written, is the same.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
returns text
language plpgsql immutable parallel safe
as $$
begin
    if p_pending = 'none' and p_lifecycle in ('submitted', 'accepted', 'triggered') then
        return case
            when p_cum_qty >= p_working_qty then 'filled'
            when p_cum_qty > 0 then 'partially_filled'
            else p_lifecycle
        end;
    end if;
    return case
        when p_lifecycle in ('denied', 'rejected') then p_lifecycle
        when p_lifecycle in ('canceled', 'expired') and p_cum_qty >= p_working_qty then 'filled'
        when p_lifecycle in ('canceled', 'expired') then p_lifecycle
        when p_pending = 'cancel' then 'pending_cancel'
        when p_pending = 'replace' then 'pending_replace'
        when p_cum_qty >= p_working_qty then 'filled'
        when p_cum_qty > 0 then 'partially_filled'
        else p_lifecycle
    end;
end
$$;

comment on function trading._order_status(text, text, numeric, numeric) is
    'The status to display. A cancelled or expired order stays so after a late fill unless it is full; a pending request outranks filled.';
