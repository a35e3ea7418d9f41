-- daybook mirror: function trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean)

CREATE OR REPLACE FUNCTION trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean)
 RETURNS TABLE(outcome text, idx integer, kind text, subject text, field text, book_value text, venue_value text, action text, result text, ref_id uuid, detail text, conflict_field text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.reconcile_runs;
begin
    select * into v_old from trading.reconcile_runs as r where r.account_id = p_account_id and r.reconcile_id = p_reconcile_id;
    if not found then
        return;
    end if;

    conflict_field := case
        when v_old.as_of <> p_as_of then 'as_of'
        when v_old.book_cash <> p_book_cash then 'book_cash'
        when v_old.state_hash <> sha256(convert_to(p_venue_state::text, 'UTF8')) then 'venue_state'
    end;
    if conflict_field is not null then
        outcome := 'conflict';
        return next;
        return;
    end if;
    return query
        select 'replayed', a.idx, a.kind, a.subject, a.field, a.book_value, a.venue_value, a.action, a.result, a.ref_id, a.detail, null::text
          from jsonb_to_recordset(v_old.answer)
               as a (idx integer, kind text, subject text, field text, book_value text, venue_value text, action text, result text, ref_id uuid,
                     detail text)
         order by a.idx;
end
$function$;

alter function trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean) owner to daybook_api;

comment on function trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean) is 'The answer to a reconciliation whose id is already in the book: what was answered first, or conflict.';

revoke execute on function trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean) from public;
grant execute on function trading._answer_known_reconcile(p_account_id uuid, p_reconcile_id uuid, p_venue_state jsonb, p_as_of timestamp with time zone, p_book_cash boolean) to daybook_owner;
