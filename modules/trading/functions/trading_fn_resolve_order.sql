-- An outcome that is in doubt is ended by evidence from the venue, or by somebody who answers for it. That is not for a program
-- that trades: it takes the right to manage the account.
create or replace function trading.fn_resolve_order(
    p_account_id uuid, p_order_id uuid, p_event_id uuid, p_event text, p_reason text, p_occurred_at timestamptz default null,
    p_exchange_order_id text default null, p_qty numeric default null, p_price numeric default null,
    p_stop_price numeric default null, p_ctx jsonb default null)
returns table (outcome text, order_id uuid, status text, version bigint,
               conflict_field text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_qty constant numeric := trading._require_positive('p_qty', p_qty, false);
    v_price constant numeric := trading._require_positive('p_price', p_price, false);
    v_stop_price constant numeric := trading._require_positive('p_stop_price', p_stop_price, false);
begin
    perform settings.require_account(p_account_id, 'manage');
    perform trading._require_choice('p_event', p_event, array[
        'acknowledge', 'trigger', 'reject', 'cancel', 'cancel_reject', 'replace', 'replace_reject', 'expire']);
    perform util.require_text('p_reason', p_reason, 2000);
    perform trading._check_order_event(p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, v_qty, v_price, v_stop_price);

    return query
        select e.*
          from trading._record_order_event(
              p_account_id, p_order_id, p_event_id, p_event, p_exchange_order_id, p_reason, p_occurred_at, v_qty, v_price,
              v_stop_price, true, v_ctx) as e;
end
$$;

comment on function trading.fn_resolve_order(uuid, uuid, uuid, text, text, timestamptz, text, numeric, numeric, numeric, jsonb) is
    'An operator decides what became of an order whose outcome is unknown: acknowledge, trigger, reject, cancel, cancel_reject, replace, replace_reject or '
    'expire, with a reason. Takes the right to manage the account; kept as an event signed with the role that is logged in, and audited. created; refused '
    'with not_in_doubt, illegal_transition or terms_missing; a replay answers as the first time; conflict naming the field that differs.';
