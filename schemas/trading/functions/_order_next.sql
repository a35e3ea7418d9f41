-- daybook mirror: function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean)

CREATE OR REPLACE FUNCTION trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_live constant boolean := p_lifecycle in ('submitted', 'accepted', 'triggered');
    v_progress constant text := case when p_cum_qty >= p_working_qty then 'full' when p_cum_qty = 0 then 'none' else 'part' end;
begin
    legal := true;
    lifecycle := p_lifecycle;
    pending := p_pending;
    outcome_unknown := p_outcome_unknown;
    case p_event
        when 'fill' then
            if p_pending = 'none' then
                outcome_unknown := false;
            end if;
        when 'correct' then
            null;
        when 'bust' then
            if v_live and v_progress = 'full' then
                lifecycle := 'canceled';
                pending := 'none';
                outcome_unknown := false;
            end if;
        when 'bust_working' then
            null;
        when 'acknowledge' then
            if p_lifecycle = 'submitted' and p_pending = 'none' then
                lifecycle := 'accepted';
                outcome_unknown := false;
            elsif p_lifecycle = 'submitted' then
                lifecycle := 'accepted';
            else
                legal := false;
            end if;
        when 'trigger' then
            if p_lifecycle = 'accepted' and p_pending = 'none' and v_progress = 'none' then
                lifecycle := 'triggered';
                outcome_unknown := false;
            elsif p_lifecycle = 'submitted' and p_pending = 'none' and v_progress = 'none' and p_origin = 'external' then
                lifecycle := 'triggered';
                outcome_unknown := false;
            elsif p_lifecycle = 'accepted' and p_pending = 'replace' then
                lifecycle := 'triggered';
            elsif p_lifecycle = 'submitted' and p_pending = 'replace' and p_origin = 'external' then
                lifecycle := 'triggered';
            else
                legal := false;
            end if;
        when 'reject' then
            if v_live and p_pending <> 'replace' and v_progress = 'none' then
                lifecycle := 'rejected';
                pending := 'none';
                outcome_unknown := false;
            else
                legal := false;
            end if;
        when 'cancel_request' then
            if v_live and p_pending = 'none' and v_progress = 'full' then
                legal := false;
            elsif v_live then
                pending := 'cancel';
            else
                legal := false;
            end if;
        when 'cancel' then
            if v_live and p_pending = 'none' and v_progress = 'full' then
                legal := false;
            elsif v_live then
                lifecycle := 'canceled';
                pending := 'none';
                outcome_unknown := false;
            else
                legal := false;
            end if;
        when 'cancel_reject' then
            if p_lifecycle = 'submitted' and p_pending = 'cancel' and v_progress = 'none' then
                pending := 'none';
            elsif v_live and p_pending = 'cancel' then
                pending := 'none';
                outcome_unknown := false;
            else
                legal := false;
            end if;
        when 'replace_request' then
            if v_live and p_pending = 'none' and v_progress <> 'full' then
                pending := 'replace';
            else
                legal := false;
            end if;
        when 'replace' then
            if v_live and p_pending = 'none' and v_progress = 'full' then
                legal := false;
            elsif v_live and p_pending <> 'cancel' then
                pending := 'none';
                outcome_unknown := false;
            elsif v_live and p_pending = 'cancel' then
                null;
            else
                legal := false;
            end if;
        when 'replace_reject' then
            if p_lifecycle = 'submitted' and p_pending = 'replace' and v_progress = 'none' then
                pending := 'none';
            elsif v_live and p_pending = 'replace' then
                pending := 'none';
                outcome_unknown := false;
            else
                legal := false;
            end if;
        when 'expire' then
            if v_live and p_pending = 'none' and v_progress = 'full' then
                legal := false;
            elsif p_lifecycle = 'submitted' and p_pending = 'none' and v_progress = 'none' and p_origin <> 'external' then
                legal := false;
            elsif v_live then
                lifecycle := 'expired';
                pending := 'none';
                outcome_unknown := false;
            else
                legal := false;
            end if;
        when 'outcome_unknown' then
            if p_lifecycle = 'submitted' and p_pending = 'none' and v_progress = 'none' then
                outcome_unknown := true;
            elsif v_live and p_pending <> 'none' then
                outcome_unknown := true;
            else
                legal := false;
            end if;
        else
            legal := false;
    end case;
end
$function$;

alter function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) owner to daybook_api;

comment on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) is 'Whether an order in this state may take the event, and its state afterwards. Quantities are those before the event, which moves none here.';

revoke execute on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) from public;
grant execute on function trading._order_next(p_event text, p_origin text, p_lifecycle text, p_pending text, p_outcome_unknown boolean, p_working_qty numeric, p_cum_qty numeric, OUT legal boolean, OUT lifecycle text, OUT pending text, OUT outcome_unknown boolean) to daybook_owner;
