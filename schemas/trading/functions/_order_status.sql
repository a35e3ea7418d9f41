-- daybook mirror: function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)

CREATE OR REPLACE FUNCTION trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
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
$function$;

alter function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) owner to daybook_owner;

comment on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) is 'The status to display. A cancelled or expired order stays so after a late fill unless it is full; a pending request outranks filled.';

revoke execute on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) from public;
grant execute on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) to daybook_api;
