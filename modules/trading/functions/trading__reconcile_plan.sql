create or replace function trading._reconcile_plan(
    p_account_id uuid, p_state jsonb, p_as_of timestamptz, p_book_cash boolean, p_ctx jsonb)
returns trading.reconcile_step[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_steps trading.reconcile_step[];
begin
    v_steps := array(
        select s from trading._reconcile_fills(p_account_id, trading._venue_entries(p_account_id, p_state, 'fills'), p_ctx) as s);
    v_steps := v_steps || array(select s from trading._reconcile_orders(p_account_id, p_state, v_steps, p_as_of, p_ctx) as s);
    v_steps := v_steps || array(select s from trading._reconcile_positions(p_account_id, p_state, v_steps, p_as_of, p_ctx) as s);
    return v_steps || array(select s from trading._reconcile_cash(p_account_id, p_state, v_steps, p_book_cash, p_as_of) as s);
end
$$;

comment on function trading._reconcile_plan(uuid, jsonb, timestamptz, boolean, jsonb) is
    'Every difference between the book and what the venue says, each seen with those before it mended, and what is to be done about it. Nothing is written.';
