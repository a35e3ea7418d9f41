-- daybook mirror: function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx         constant jsonb := util.ctx(p_ctx);
    v_by_interval boolean;
begin
    perform util.require_text('p_venue', p_venue, 60);
    perform util.require_text('p_stream', p_stream, 60);
    if p_kind is null or p_kind not in ('spot', 'perp', 'inverse') then
        raise exception 'argument p_kind is %', coalesce(quote_literal(p_kind), 'null')
            using errcode = 'TB001', hint = 'Pass spot, perp or inverse.';
    end if;
    if p_enabled is null or p_since is null or not isfinite(p_since) then
        raise exception 'argument p_enabled is %, p_since is %', coalesce(p_enabled::text, 'null'), coalesce(p_since::text, 'null')
            using errcode = 'TB001', hint = 'Say whether it is fetched, and from when on.';
    end if;
    if p_every_s not between 1 and 86400 then
        raise exception 'argument p_every_s is %', p_every_s
            using errcode = 'TB001', hint = 'Pass 1 to 86400 seconds, or null to ask as rows come.';
    end if;
    perform ingest._require_stream(p_stream);
    if p_stream = 'listings' and p_instrument_id is not null then
        raise exception 'argument p_instrument_id is % for stream listings', p_instrument_id
            using errcode = 'TB001', hint = 'A list is of all instruments of its kind: pass null.';
    end if;
    select s.interval_column is not null into v_by_interval from ingest.streams as s where s.stream = p_stream;
    if coalesce(v_by_interval, false) <> (p_interval_s is not null) or p_interval_s <= 0 then
        raise exception 'argument p_interval_s is % for stream %', coalesce(p_interval_s::text, 'null'), p_stream
            using errcode = 'TB001', hint = 'Pass the length of its rows in seconds where they have one, else null.';
    end if;
    if not exists (select from ref.venues as v where v.code = p_venue) then
        raise exception 'argument p_venue names no venue: %', quote_literal(p_venue)
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_venue().';
    end if;
    if p_instrument_id is not null and not exists (
        select
          from ref.instruments as i
         where i.instrument_id = p_instrument_id and i.venue = p_venue and i.kind = p_kind)
    then
        raise exception 'argument p_instrument_id names no % instrument of %: %', p_kind, p_venue, p_instrument_id
            using errcode = 'TB002', hint = 'ref.fn_instruments() lists them.';
    end if;

    insert into ingest.polls as p (venue, stream, kind, instrument_id, interval_s, since, every_s, enabled, ctx)
    values (p_venue, p_stream, p_kind, p_instrument_id, p_interval_s, p_since, p_every_s, p_enabled, v_ctx)
    on conflict on constraint polls_key
        do update set since = excluded.since, every_s = excluded.every_s, enabled = excluded.enabled, version = p.version + 1,
                      changed_at = clock_timestamp(), changed_by = session_user, ctx = excluded.ctx
        where (p.since, p.every_s, p.enabled) is distinct from (excluded.since, excluded.every_s, excluded.enabled)
    returning p.version into version;

    if found then
        outcome := 'created';
        perform bus._emit_versioned('market.poll_set', concat_ws(' ', p_venue, p_stream, p_kind, p_instrument_id, p_interval_s), version,
            jsonb_strip_nulls(jsonb_build_object(
                'venue', p_venue, 'stream', p_stream, 'kind', p_kind, 'instrument_id', p_instrument_id, 'interval_s', p_interval_s,
                'since', p_since, 'every_s', p_every_s, 'enabled', p_enabled)),
            null, null, null, v_ctx);
    else
        outcome := 'replayed';
        select p.version into strict version
          from ingest.polls as p
         where p.venue = p_venue and p.stream = p_stream and p.kind = p_kind
           and p.instrument_id is not distinct from p_instrument_id and p.interval_s is not distinct from p_interval_s;
    end if;
    return next;
end
$function$;

alter function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) is 'Says that pollers keep a series current, from p_since on, or not any more: of one instrument, or with p_instrument_id null of every enabled coin''s instrument of this kind at the venue; of p_stream listings, the venue''s list of its instruments of this kind. created when something changed, replayed when it was so already. TB001 malformed, TB002 unknown venue, stream or instrument.';

revoke execute on function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) from public;
grant execute on function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_set_poll(p_venue text, p_stream text, p_kind text, p_instrument_id uuid, p_interval_s integer, p_since timestamp with time zone, p_every_s integer, p_enabled boolean, p_ctx jsonb) to daybook_owner;
