-- One statement for each way of asking, so that each has a plan, and an index, of its own.
create or replace function trading.fn_decisions(
    p_account_id uuid, p_kind text default null, p_from timestamptz default null, p_to timestamptz default null,
    p_limit integer default 100)
returns table (account_id uuid, entry_id uuid, kind text, occurred_at timestamptz, run_id uuid, content jsonb, recorded_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    if p_kind is null then
        return query
            select d.account_id, d.entry_id, d.kind, d.occurred_at, d.run_id, d.content, d.recorded_at
              from trading.decision_log as d
             where d.account_id = p_account_id
               and d.occurred_at >= coalesce(p_from, '-infinity')
               and d.occurred_at < coalesce(p_to, 'infinity')
             order by d.occurred_at desc, d.entry_id desc
             limit p_limit;
    else
        perform trading._require_choice('p_kind', p_kind, array['decision', 'error', 'state_transition', 'reconciliation']);
        return query
            select d.account_id, d.entry_id, d.kind, d.occurred_at, d.run_id, d.content, d.recorded_at
              from trading.decision_log as d
             where d.account_id = p_account_id
               and d.kind = p_kind
               and d.occurred_at >= coalesce(p_from, '-infinity')
               and d.occurred_at < coalesce(p_to, 'infinity')
             order by d.occurred_at desc, d.entry_id desc
             limit p_limit;
    end if;
end
$$;

comment on function trading.fn_decisions(uuid, text, timestamptz, timestamptz, integer) is
    'What was recorded with trading.fn_record_decision(), newest first: of one kind or of all, from p_from on, before p_to, at most p_limit.';
