-- daybook mirror: function trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_run trading.reconcile_runs;
begin
    v_run.state_hash := sha256(convert_to(p_venue_state::text, 'UTF8'));
    v_run.sections := array(select s.key from jsonb_each(jsonb_strip_nulls(p_venue_state)) as s order by s.key collate "C");
    select count(*), count(s.action), count(*) - count(s.action)
      into v_run.differences, v_run.adjustments, v_run.undecided
      from unnest(p_steps) as s;
    select jsonb_agg(jsonb_strip_nulls(to_jsonb(a) - 'outcome') order by a.idx) into v_run.answer
      from trading._reconcile_answer('created', p_steps, 'done') as a;

    insert into trading.reconcile_runs (
        account_id, reconcile_id, as_of, book_cash, sections, state_hash, state, differences, adjustments, undecided, answer, ctx)
    values (
        p_account_id, p_reconcile_id, p_as_of, p_book_cash, v_run.sections, v_run.state_hash, p_venue_state, v_run.differences,
        v_run.adjustments, v_run.undecided, v_run.answer, p_ctx);
    perform audit._write('trading.reconcile', 'account', p_account_id::text, p_account_id, 'created', null,
        jsonb_build_object('reconcile_id', p_reconcile_id, 'as_of', p_as_of, 'adjustments', v_run.adjustments, 'undecided', v_run.undecided), p_ctx);
    perform trading._emit_account(p_account_id, 'trading.account_reconciled',
        jsonb_build_object(
            'reconcile_id', p_reconcile_id, 'as_of', p_as_of, 'sections', v_run.sections, 'state_hash', encode(v_run.state_hash, 'hex'),
            'differences', v_run.differences, 'adjustments', v_run.adjustments, 'undecided', v_run.undecided), p_as_of, p_ctx);
end
$function$;

alter function trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb) owner to daybook_api;

comment on function trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb) is 'Keeps a reconciliation that was carried out, with what it was answered, and tells of it.';

revoke execute on function trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb) from public;
grant execute on function trading._keep_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean, p_steps trading.reconcile_step[], p_ctx jsonb) to daybook_owner;
