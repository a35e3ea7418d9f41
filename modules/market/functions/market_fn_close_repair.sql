-- Whether a hole is filled is counted, not believed.
create or replace function market.fn_close_repair(
    p_repair_id uuid,
    p_status    text,
    p_reason    text default null,
    p_ctx       jsonb default null)
returns table (outcome text, repair_id uuid, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx   constant jsonb := util.ctx(p_ctx);
    v_old   ingest.repairs;
    v_there bigint;
begin
    perform util.require_id('p_repair_id', p_repair_id);
    perform util.require_text('p_reason', p_reason, 2000, false);
    if p_status is null or p_status not in ('filled', 'abandoned') or (p_status = 'abandoned') <> (p_reason is not null) then
        raise exception 'p_status and p_reason are %, %', coalesce(quote_literal(left(p_status, 100)), 'null'),
                coalesce(quote_literal(left(p_reason, 100)), 'null')
            using errcode = 'TB001', hint = 'A repair ends filled, without a reason, or abandoned with one.';
    end if;
    select r.* into v_old from ingest.repairs r where r.repair_id = p_repair_id for update;
    if not found then
        raise exception 'p_repair_id names no repair: %', p_repair_id
            using errcode = 'TB002', hint = 'Open it with market.fn_open_repair().';
    end if;
    if v_old.status <> 'open' then
        conflict_field := case when v_old.status <> p_status then 'status' when v_old.reason is distinct from p_reason then 'reason' end;
        return query select case when conflict_field is null then 'replayed' else 'conflict' end, p_repair_id, conflict_field;
        return;
    end if;
    v_there := market._ids_received(v_old.stream, v_old.instrument_id, v_old.from_id, v_old.to_id, v_old.before_time, v_old.after_time);
    if p_status = 'filled' and v_there < v_old.to_id - v_old.from_id + 1 then
        raise exception 'repair % lacks % of its ids', p_repair_id, v_old.to_id - v_old.from_id + 1 - v_there
            using errcode = 'TB004', hint = 'Load them first, or abandon the repair with a reason.';
    end if;

    update ingest.repairs r
       set status = p_status, reason = p_reason, closed_at = clock_timestamp()
     where r.repair_id = p_repair_id;
    perform market._note_rollup(v_old.instrument_id, tstzmultirange(tstzrange(v_old.before_time, v_old.after_time, '[]')));
    perform bus.fn_emit_domain_event('market.repair_closed', p_repair_id::text,
        jsonb_strip_nulls(jsonb_build_object('repair_id', p_repair_id, 'status', p_status, 'reason', p_reason)), p_ctx => v_ctx);
    return query select 'created', p_repair_id, null::text;
end
$$;
comment on function market.fn_close_repair(uuid, text, text, jsonb) is
    'Closes an open repair: filled when none of its ids is missing any more, abandoned with a reason when nobody has them. created, '
    'replayed, or conflict naming the field that differs. TB001 malformed, TB002 unknown repair, TB004 filled while ids are missing.';
