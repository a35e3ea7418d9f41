-- daybook mirror: function trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone)
 RETURNS SETOF trading.reconcile_step
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_entries constant trading.venue_entry[] := trading._venue_entries(p_account_id, p_state, 'balances');
    v_planned record;
    v_settled constant boolean := coalesce(jsonb_typeof(p_state -> 'fills') = 'array', false)
        and not exists (select 1 from unnest(p_steps) as s where s.action is null and s.kind in ('fill', 'position'));
    v_cash record;
    v_step trading.reconcile_step;
begin
    if v_entries is null then
        return;
    end if;
    v_planned := trading._reconcile_planned(p_steps);
    for v_cash in
        select c.currency, trim_scale(round(sum(c.book), 18)) as book, trim_scale(sum(c.venue)) as venue
          from (select b.currency, b.balance, 0 from trading.v_cash_balances as b where b.account_id = p_account_id
                union all
                select m.currency, m.amount, 0 from trading._reconcile_cash_moved(p_account_id, v_planned.fills, v_planned.busted) as m
                union all
                select e.currency, 0, e.balance from unnest(v_entries) as e) as c (currency, book, venue)
         group by c.currency
        having round(sum(c.book), 18) <> sum(c.venue)
         order by c.currency collate "C"
    loop
        v_step := row('cash', v_cash.currency, 'balance', v_cash.book, v_cash.venue, null, 'needs_decision', null,
                      'differences of cash are booked only when that is asked for', null)::trading.reconcile_step;
        if p_book_cash and not v_settled then
            v_step.result := 'needs_evidence';
            v_step.detail := 'fills or positions are open: what is missing there would be booked twice';
        elsif p_book_cash then
            v_step.action := 'record_cash';
            v_step.result := null;
            v_step.ref_id := util.uuid_from_name(
                p_account_id, jsonb_build_array('cash', v_cash.currency, extract(epoch from p_as_of)::text, v_cash.book::text,
                                                v_cash.venue::text)::text);
            v_step.detail := 'reconciled with the venue''s balance';
            v_step.args := jsonb_build_object('entry_id', v_step.ref_id, 'currency', v_cash.currency, 'amount', trim_scale(v_cash.venue - v_cash.book));
        end if;
        return next v_step;
    end loop;
end
$function$;

alter function trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone) owner to daybook_api;

comment on function trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone) is 'The balances of the venue against what the book holds of each currency, as it is once these steps are done.';

revoke execute on function trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone) from public;
grant execute on function trading._reconcile_cash(p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_book_cash boolean, p_as_of timestamp with time zone) to daybook_owner;
