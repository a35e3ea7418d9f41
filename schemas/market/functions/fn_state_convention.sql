-- daybook mirror: function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone, p_kind text DEFAULT NULL::text, p_stream text DEFAULT NULL::text, p_source text DEFAULT NULL::text, p_instrument_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, convention_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old ingest.conventions;
begin
    perform util.require_id('p_convention_id', p_convention_id);
    perform util.require_text('p_reason', p_reason, 2000);
    perform util.require_text('p_source', p_source, 200, false);
    if not exists (select from ref.venues v where v.code = p_venue) then
        raise exception 'p_venue names no venue: %', coalesce(quote_literal(left(p_venue, 100)), 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_venue().';
    end if;
    if p_instrument_id is not null
       and not exists (select from ref.instruments i where i.instrument_id = p_instrument_id and i.venue = p_venue)
    then
        raise exception 'p_instrument_id names no instrument of %: %', p_venue, p_instrument_id
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument(), or leave it null.';
    end if;
    if p_since is null or p_since = 'infinity' or coalesce(p_kind, 'spot') not in ('spot', 'perp', 'inverse') then
        raise exception 'p_since or p_kind is not usable: %, %', coalesce(p_since::text, 'null'), coalesce(quote_literal(left(p_kind, 100)), 'null')
            using errcode = 'TB001', hint = 'Give the first moment it holds for, and spot, perp, inverse or null.';
    end if;
    if p_stream is not null then
        perform market._stream(p_stream);
    end if;
    if coalesce(not case p_name
                        when 'published' then p_value in ('yes', 'no')
                        when 'quiet_intervals' then p_value in ('written', 'omitted')
                        when 'label' then p_value in ('start', 'end')
                        when 'publication_lag' then p_value ~ '^[0-9]{1,9}$'
                        when 'update_ids' then p_value in ('consecutive', 'sparse')
                    end, true)
    then
        raise exception 'p_name and p_value are no convention: %, %',
                coalesce(quote_literal(left(p_name, 100)), 'null'), coalesce(quote_literal(left(p_value, 100)), 'null')
            using errcode = 'TB001',
                  hint = 'published: yes, no; quiet_intervals: written, omitted; label: start, end; publication_lag: seconds; '
                         'update_ids: consecutive, sparse.';
    end if;

    insert into ingest.conventions
        (convention_id, venue, kind, stream, source, instrument_id, name, since, value, reason, ctx)
      values
        (p_convention_id, p_venue, p_kind, p_stream, p_source, p_instrument_id, p_name, p_since, p_value, p_reason, v_ctx)
    on conflict on constraint conventions_pkey do nothing;
    if found then
        perform bus.fn_emit_domain_event('market.convention_stated', p_convention_id::text,
            jsonb_strip_nulls(jsonb_build_object(
                'convention_id', p_convention_id, 'venue', p_venue, 'name', p_name, 'value', p_value, 'reason', p_reason,
                'since', nullif(p_since, '-infinity'), 'kind', p_kind, 'stream', p_stream, 'source', p_source,
                'instrument_id', p_instrument_id)), p_ctx => v_ctx);
        return query select 'created', p_convention_id, null::text;
        return;
    end if;

    select c.* into strict v_old from ingest.conventions c where c.convention_id = p_convention_id;
    conflict_field := case
        when v_old.venue <> p_venue then 'venue'
        when v_old.name <> p_name then 'name'
        when v_old.value <> p_value then 'value'
        when v_old.reason <> p_reason then 'reason'
        when v_old.since <> p_since then 'since'
        when v_old.kind is distinct from p_kind then 'kind'
        when v_old.stream is distinct from p_stream then 'stream'
        when v_old.source is distinct from p_source then 'source'
        when v_old.instrument_id is distinct from p_instrument_id then 'instrument_id'
    end;
    return query select case when conflict_field is null then 'replayed' else 'conflict' end, p_convention_id, conflict_field;
end
$function$;

alter function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) is 'States what those who publish market data do (ingest.conventions): p_name published, quiet_intervals, label, publication_lag or update_ids, since a moment, for a venue or only a kind, stream, source or instrument of it. A later statement about the same takes the place of an earlier one; none is changed. created, replayed, or conflict naming the field that differs. TB001 malformed, TB002 unknown venue or instrument.';

revoke execute on function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) from public;
grant execute on function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_state_convention(p_convention_id uuid, p_venue text, p_name text, p_value text, p_reason text, p_since timestamp with time zone, p_kind text, p_stream text, p_source text, p_instrument_id uuid, p_ctx jsonb) to daybook_owner;
