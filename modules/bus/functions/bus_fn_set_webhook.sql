-- An endpoint has no history of its own: the call states what it shall be, and repeating it changes nothing.
create or replace function bus.fn_set_webhook(
    p_endpoint_id uuid, p_url text, p_event_types text[], p_secrets text[], p_account_id uuid default null, p_settings jsonb default '{}',
    p_after_seq bigint default null, p_ctx jsonb default null)
returns table (outcome text, state text, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old bus.webhook_endpoints;
    v_new bus.webhook_endpoints;
begin
    perform util.require_id('p_endpoint_id', p_endpoint_id);
    perform bus._require_webhook_right(p_account_id);
    v_new := bus._checked_webhook(p_endpoint_id, p_url, p_event_types, p_secrets, p_account_id, p_settings, p_after_seq);
    -- Two that add one endpoint, or share a secret, at once: the second one waits here and then finds it.
    perform pg_advisory_xact_lock(hashtextextended('bus.webhook_endpoints', 0));
    select * into v_old from bus.webhook_endpoints as e where e.endpoint_id = p_endpoint_id for update;
    if v_old.account_id is distinct from p_account_id and v_old.endpoint_id is not null then
        outcome := 'conflict';
        conflict_field := 'account_id';
        return next;
        return;
    end if;
    state := coalesce(v_old.state, 'enabled');
    if (v_old.url, v_old.secrets, v_old.rate_per_s, v_old.in_flight_max, v_old.timeout_ms, v_old.retry_first_ms, v_old.retry_for, v_old.allow_private)
       is not distinct from
       (v_new.url, v_new.secrets, v_new.rate_per_s, v_new.in_flight_max, v_new.timeout_ms, v_new.retry_first_ms, v_new.retry_for, v_new.allow_private)
       and v_old.event_types is not distinct from v_new.event_types then
        outcome := 'replayed';
        return next;
        return;
    end if;
    -- Whoever may use a secret can have anything of his signed with it.
    if exists (select from bus.webhook_endpoints as e where e.secrets && v_new.secrets and e.account_id is distinct from p_account_id) then
        raise exception 'a secret of % belongs to another account', v_new.secrets
            using errcode = '42501', hint = 'Secrets belong to the account whose endpoint named them first: give the relay one of another name.';
    end if;

    outcome := case when v_old.endpoint_id is null then 'created' else 'changed' end;
    insert into bus.webhook_endpoints as e (endpoint_id, account_id, url, event_types, secrets, state, rate_per_s, in_flight_max, timeout_ms, retry_first_ms,
                                            retry_for, allow_private, ctx)
    values (p_endpoint_id, p_account_id, v_new.url, v_new.event_types, v_new.secrets, state, v_new.rate_per_s, v_new.in_flight_max, v_new.timeout_ms,
            v_new.retry_first_ms, v_new.retry_for, v_new.allow_private, v_ctx)
    on conflict on constraint webhook_endpoints_pkey
        do update set url = excluded.url, event_types = excluded.event_types, secrets = excluded.secrets, rate_per_s = excluded.rate_per_s,
                      in_flight_max = excluded.in_flight_max, timeout_ms = excluded.timeout_ms, retry_first_ms = excluded.retry_first_ms,
                      retry_for = excluded.retry_for, allow_private = excluded.allow_private, changed_at = clock_timestamp(), ctx = excluded.ctx
    returning * into v_new;
    insert into bus.webhook_queues (endpoint_id, behind_seq)
    values (p_endpoint_id, coalesce(p_after_seq, (select l.last_seq from bus.logs as l where l.log = 0)))
    on conflict do nothing;
    perform audit._write('bus.set_webhook', 'webhook_endpoint', p_endpoint_id::text, p_account_id, outcome, null, bus._webhook_payload(v_new), v_ctx);
    perform bus._emit_webhook(v_new, 'webhook_set', bus._webhook_payload(v_new), v_ctx);
    return next;
end
$$;

comment on function bus.fn_set_webhook(uuid, text, text[], text[], uuid, jsonb, bigint, jsonb) is
    'Says that events are posted to an endpoint: of these types or, null, of all but the bus''s own; of an account or, null, of all. p_secrets names the '
    'secrets that sign, one, or two while the first one follows the second. p_settings may have rate_per_s (50), in_flight_max (4), timeout_ms (15000), '
    'retry_first_ms (5000), retry_for_s (259200) and allow_private (false; true only by who may read the whole log). A new endpoint is enabled and begins '
    'after the place p_after_seq, null for the end of the log. created; changed; replayed when it was so already; conflict for another account. '
    '42501 without the right to manage the account, for all accounts without reading the whole log, and for a secret of another account; TB002 for an '
    'undeclared type.';
