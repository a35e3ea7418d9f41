-- daybook mirror: function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean DEFAULT false, p_book_cash boolean DEFAULT false, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, idx integer, kind text, subject text, field text, book_value text, venue_value text, action text, result text, ref_id uuid, detail text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_steps trading.reconcile_step[];
    v_locked trading.reconcile_step[];
begin
    perform settings.require_account(p_account_id, case when p_apply then 'manage' else 'read' end);
    perform util.require_id('p_reconcile_id', p_reconcile_id);
    perform trading._check_reconcile(p_venue_state, p_as_of, p_apply, p_book_cash);

    if p_apply then
        -- One at a time for an account: a second one finds what the first has done.
        perform pg_advisory_xact_lock(hashtextextended('trading.reconcile ' || p_account_id, 0));
        return query select k.* from trading._answer_known_reconcile(p_account_id, p_reconcile_id, p_venue_state, p_as_of, p_book_cash) as k;
        if found then
            return;
        end if;
    end if;

    v_steps := trading._reconcile_plan(p_account_id, p_venue_state, p_as_of, p_book_cash, v_ctx);
    if not p_apply or not exists (select 1 from unnest(v_steps) as s where s.action is not null) then
        return query select k.* from trading._reconcile_answer(case when p_apply then 'unchanged' else 'proposed' end, v_steps, 'proposed') as k;
        return;
    end if;

    -- What moves is known now: it is locked, and looked at again.
    perform trading._enter_fills(p_account_id, null);
    perform trading._reconcile_lock(p_account_id, v_steps);
    v_locked := v_steps;
    v_steps := trading._reconcile_plan(p_account_id, p_venue_state, p_as_of, p_book_cash, v_ctx);
    if v_steps is distinct from v_locked then
        raise exception 'account % changed while it was reconciled', p_account_id
            using errcode = '40001', hint = 'Nothing was recorded. Repeat the call: it will be compared with what is recorded by then.';
    end if;

    perform trading._reconcile_apply(p_account_id, v_steps, p_as_of, v_ctx);
    perform trading._keep_reconcile(p_account_id, p_reconcile_id, p_venue_state, p_as_of, p_book_cash, v_steps, v_ctx);
    return query select k.* from trading._reconcile_answer('created', v_steps, 'done') as k;
end
$function$;

alter function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) is 'Compares the book with what the venue says of fills, open_orders, orders_queried, positions and balances (sections of p_venue_state; null or absent is not known, and compares nothing), as of a moment, and with p_apply mends it; else nothing is written. One row for each difference: proposed, done, needs_evidence or needs_decision. No row: nothing differs. outcome: proposed; created; unchanged when there was nothing to do, of which nothing is kept; replayed; conflict naming the field. p_book_cash books differences of balances, too. Applying takes the right to manage the account.';

revoke execute on function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) from public;
grant execute on function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) to daybook_executor;
grant execute on function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_apply boolean, p_book_cash boolean, p_ctx jsonb) to daybook_owner;
