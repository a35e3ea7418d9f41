-- A partition is made apart and then attached: attaching locks the log only against other changes of its schema, while
-- creating it in place would wait for, and block, every writer.
-- daybook-lint: allow state-change-without-event until 2028-06-30: room for events is no event
create or replace function bus.fn_ensure_event_partitions(p_ahead integer default 8) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_ids constant bigint := 16777216;
    v_first bigint;
    v_made integer := 0;
    v_table name;
    v_name name;
begin
    if p_ahead is null or p_ahead not between 1 and 1000 then
        raise exception 'argument p_ahead is %', coalesce(p_ahead::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 1000 partitions beyond the current one; 8 is the least that is safe.';
    end if;

    perform pg_advisory_xact_lock(hashtextextended('bus.fn_ensure_event_partitions', 0));
    select s.last_value / c_ids into v_first from bus.domain_events_id_seq as s;
    for v_number in v_first .. v_first + p_ahead loop
        v_name := 'domain_events_p' || v_number;
        continue when to_regclass('bus.' || v_name) is not null;
        execute format('create table bus.%I (like bus.domain_events including all)', v_name);
        execute format('create unique index %I on bus.%I (aggregate_type, aggregate_id, aggregate_version, account_id) nulls not distinct',
                       v_name || '_version_key', v_name);
        execute format('alter table bus.domain_events attach partition bus.%I for values from (%s) to (%s)',
                       v_name, v_number * c_ids, (v_number + 1) * c_ids);
        v_made := v_made + 1;
    end loop;

    -- Places are given without gaps, ids are not: the log in order is never ahead of the ids, and may be far behind.
    select coalesce(max(l.last_seq), 0) / c_ids into v_first from bus.logs as l;
    -- What is partitioned by places is so in the same steps.
    foreach v_table in array array['event_seq', 'webhook_history'] loop
        for v_number in v_first .. v_first + p_ahead loop
            v_name := v_table || '_p' || v_number;
            continue when to_regclass('bus.' || v_name) is not null;
            execute format('create table bus.%I (like bus.%I including all)', v_name, v_table);
            execute format('alter table bus.%I attach partition bus.%I for values from (%s) to (%s)',
                           v_table, v_name, v_number * c_ids, (v_number + 1) * c_ids);
            v_made := v_made + 1;
        end loop;
    end loop;

    return v_made;
end
$$;

comment on function bus.fn_ensure_event_partitions(integer) is
    'Makes the partitions of the event log, of its order and of the history of webhooks, that are missing between the current one and so many ahead; '
    'returns how many it made. Safe to repeat and to run at once.';
