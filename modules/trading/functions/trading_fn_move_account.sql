-- Two rows of settings.account_fences, one at each place, say who may write to the book of an account: never both. What is
-- forbidden here first is allowed there afterwards.
create or replace function trading.fn_move_account(p_account_id uuid, p_move_id uuid, p_step text, p_place text, p_ctx jsonb default null)
returns table (outcome text, state text, refusal_code text, refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_fence settings.account_fences;
    v_state text;
    v_after text;
    v_halted boolean;
    v_payload jsonb;
begin
    perform util.require_id('p_account_id', p_account_id);
    perform util.require_id('p_move_id', p_move_id);
    perform util.require_text('p_place', p_place, 1000);
    perform trading._require_choice('p_step', p_step, array['copy', 'leave', 'left', 'arrive', 'arrived', 'abort']);

    -- An account that nobody knows belongs to whoever brings it, as one that is opened does.
    if p_step = 'arrive' and not exists (select 1 from trading.accounts as a where a.account_id = p_account_id)
       and not exists (select 1 from settings.account_grants as g where g.account_id = p_account_id)
    then
        perform settings._grant_account_initial(p_account_id, v_ctx);
    end if;
    perform settings._require_right(p_account_id, 'manage');
    perform pg_advisory_xact_lock(hashtextextended('settings.account_fences ' || p_account_id, 0));
    select f.* into v_fence from settings.account_fences as f where f.account_id = p_account_id;
    v_state := coalesce(v_fence.state, case when exists (select 1 from trading.accounts as a where a.account_id = p_account_id) then 'here' else 'unknown' end);

    v_after := trading._move_state(v_state, p_step, v_fence.move_id = p_move_id, v_fence.place = p_place);
    -- A halt ends by its name only, and not because the account goes to a place that knows nothing of it.
    v_halted := p_step in ('copy', 'leave', 'left') and v_after is not null and exists (
        select 1
          from trading.risk_state as h
         where h.halted and h.account_id in (p_account_id, '00000000-0000-0000-0000-000000000000'));
    v_after := case when not v_halted then v_after end;
    state := coalesce(v_after, v_state);
    v_payload := jsonb_build_object('account_id', p_account_id, 'move_id', p_move_id, 'step', p_step, 'state', state, 'place', p_place);
    if v_after is null then
        outcome := 'refused';
        refusal_code := case when v_halted then 'halted' when p_step = 'arrive' and v_state = 'here' then 'account_exists' else 'illegal_step' end;
        refusal_detail := format('%s while the account is %s%s', p_step, v_state, ', place ' || v_fence.place);
        perform audit._write('trading.move_account', 'account', p_account_id::text, p_account_id, outcome, refusal_code,
            v_payload || jsonb_build_object('detail', refusal_detail), v_ctx);
        perform bus.fn_emit_domain_event('trading.move_refused', p_move_id::text,
            v_payload || jsonb_build_object('refusal_code', refusal_code, 'refusal_detail', refusal_detail), null, null, p_account_id, v_ctx);
        return next;
        return;
    end if;
    if v_after = v_state and v_fence.move_id = p_move_id then
        outcome := 'replayed';
        return next;
        return;
    end if;

    outcome := 'created';
    perform settings._set_fence(p_account_id, v_after, p_place, p_move_id, v_ctx);
    perform audit._write('trading.move_account', 'account', p_account_id::text, p_account_id, outcome, null, v_payload, v_ctx);
    perform bus.fn_emit_domain_event('trading.account_move_stepped', p_move_id::text, v_payload, null, null, p_account_id, v_ctx);
    return next;
end
$$;

comment on function trading.fn_move_account(uuid, uuid, text, text, jsonb) is
    'A step in the move of an account''s book. At the place it leaves: copy, then leave, from when on nobody writes to it, then left; at the place '
    'it comes to: arrive, then arrived; abort gives a move up before it has left. p_place is the other side. created, replayed, or refused with '
    'account_exists (another book of that account is written here), halted (trading of it is halted here) or illegal_step, decided anew with every call. Takes the right to manage the account, '
    'which who brings an account that is unknown here is given.';
