-- daybook mirror: function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean)

CREATE OR REPLACE FUNCTION trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_live constant boolean := p_lifecycle in ('submitted', 'accepted', 'triggered');
    v_done constant boolean := v_live and p_pending = 'none' and coalesce(p_cum_qty >= p_working_qty, false);
    v_untouched constant boolean := p_pending = 'none' and p_cum_qty = 0;
begin
    legal := case p_event
        -- Money that moved is never refused, whatever the order says.
        when 'fill' then true
        when 'acknowledge' then p_lifecycle = 'submitted'
        when 'trigger' then (p_lifecycle = 'accepted' or p_lifecycle = 'submitted' and p_origin = 'external')
                            and (v_untouched or p_pending = 'replace')
        when 'reject' then v_live and p_cum_qty = 0 and p_pending <> 'replace'
        when 'cancel_request' then v_live and not v_done
        when 'cancel' then v_live and not v_done
        when 'cancel_reject' then v_live and p_pending = 'cancel'
        when 'expire' then v_live and not v_done
                           and not (p_lifecycle = 'submitted' and v_untouched and p_origin <> 'external')
        -- Only what is under way can be in doubt.
        when 'outcome_unknown' then v_live and (p_pending <> 'none' or p_lifecycle = 'submitted' and p_cum_qty = 0)
        else false
    end;

    lifecycle := p_lifecycle;
    pending := p_pending;
    outcome_unknown := p_outcome_unknown;
    if not legal then
        return;
    end if;

    case p_event
        when 'acknowledge' then lifecycle := 'accepted';
        when 'trigger' then lifecycle := 'triggered';
        when 'reject' then lifecycle := 'rejected';
        when 'cancel' then lifecycle := 'canceled';
        when 'expire' then lifecycle := 'expired';
        when 'cancel_request' then pending := 'cancel';
        when 'cancel_reject' then pending := 'none';
        when 'outcome_unknown' then outcome_unknown := true;
        else null;
    end case;
    if lifecycle in ('rejected', 'canceled', 'expired') then
        pending := 'none';
    end if;

    -- Evidence from the venue ends the doubt, unless a later request is still under way, to which the doubt may belong.
    if p_event not in ('cancel_request', 'outcome_unknown') and pending = 'none' then
        outcome_unknown := false;
    end if;
end
$function$;

alter function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) owner to daybook_api;

comment on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) is 'Whether an order in this state may take the event, and its state afterwards. A fill is always legal; its quantity is added by the caller.';

revoke execute on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) from public;
grant execute on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) to daybook_owner;
