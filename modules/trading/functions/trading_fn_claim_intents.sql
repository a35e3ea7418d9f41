-- daybook-lint: allow state-change-without-event until 2028-06-30: one statement emits for each intent that was claimed
-- A repetition that comes while the first call is still under way waits for it; it must not take others in its name. Two executors never
-- wait for each other: what one has locked, the other passes over. What is too late is settled on the way, so that the queue stays short.
-- Whoever claims commits before it submits: rows of intents come after halt and lease in the order of locks.
create or replace function trading.fn_claim_intents(
    p_account_id uuid, p_claim_id uuid, p_executor text, p_limit integer default 100, p_ctx jsonb default null)
returns table (outcome text, conflict_field text, intent_id uuid, action text, order_id uuid, bot_id uuid, instrument_id uuid,
               position_key text, run_id uuid, side text, type text, time_in_force text, qty numeric, price numeric, stop_price numeric,
               reference_price numeric, reason text, requested_at timestamptz, expires_at timestamptz, status text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_now timestamptz;
    v_late trading.order_intents;
    v_free uuid[];
    v_versions bigint[];
    v_payloads jsonb[];
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_claim_id', p_claim_id);
    perform util.require_text('p_executor', p_executor);
    perform trading._require_limit(p_limit);
    perform pg_advisory_xact_lock(hashtextextended('trading.order_intents ' || p_account_id || p_claim_id, 0));

    select 'conflict', 'executor'
      into outcome, conflict_field
      from trading.order_intents as i
     where i.account_id = p_account_id and i.claim_id = p_claim_id and i.claimed_by <> p_executor
     limit 1;
    if found then
        return next;
        return;
    end if;

    if exists (select from trading.order_intents as i where i.account_id = p_account_id and i.claim_id = p_claim_id) then
        outcome := 'replayed';
    else
        outcome := 'created';
        v_now := clock_timestamp();
        for v_late in
            select *
              from trading.order_intents as i
             where i.account_id = p_account_id and i.settled_at is null and i.expires_at <= v_now
             order by i.requested_at, i.intent_id
             limit p_limit
               for no key update skip locked
        loop
            perform trading._expire_intent(v_late, v_ctx);
        end loop;

        select array_agg(f.intent_id order by f.requested_at, f.intent_id)
          into v_free
          from (select i.intent_id, i.requested_at
                  from trading.order_intents as i
                 where i.account_id = p_account_id and i.settled_at is null and i.status = 'requested' and i.expires_at > v_now
                 order by i.requested_at, i.intent_id
                 limit p_limit
                   for no key update skip locked) as f;
        if v_free is null then
            return;
        end if;

        with claimed as (
            update trading.order_intents as i
               set status = 'claimed', claim_id = p_claim_id, claim_place = f.place, claimed_by = p_executor, claimed_at = v_now,
                   claim_ctx = v_ctx, version = i.version + 1
              from unnest(v_free) with ordinality as f (intent_id, place)
             where i.account_id = p_account_id and i.intent_id = f.intent_id
            returning i as intent, i.version, i.claim_place
        )
        select array_agg(c.version order by c.claim_place), array_agg(trading._intent_payload(c.intent) order by c.claim_place)
          into v_versions, v_payloads
          from claimed as c;
        perform bus._emit_versioned_many('trading.intent_claimed', v_free::text[], v_versions, v_payloads,
                                         array_fill(v_now, array[cardinality(v_free)]), p_account_id, v_ctx);
    end if;

    return query
        select fn_claim_intents.outcome, null::text, i.intent_id, i.action, i.order_id, i.bot_id, i.instrument_id, i.position_key,
               i.run_id, i.side::text, i.type::text, i.time_in_force::text, i.qty::numeric, i.price::numeric, i.stop_price::numeric,
               i.reference_price::numeric, i.reason, i.requested_at, i.expires_at, i.status
          from trading.order_intents as i
         where i.account_id = p_account_id and i.claim_id = p_claim_id
         order by i.claim_place;
end
$$;

comment on function trading.fn_claim_intents(uuid, uuid, text, integer, jsonb) is
    'Takes for an executor the oldest intents of the account that nobody has taken, at most p_limit, each for one claim alone; no row when there is none, and then the id is free. '
    'created; replayed with the same intents and what became of them; one row conflict when the claim is another executor''s. What is too late is settled as expired.';
