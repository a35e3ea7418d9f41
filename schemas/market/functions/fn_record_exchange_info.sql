-- daybook mirror: function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, statement_id uuid, stated_at timestamp with time zone, instruments integer, passed_over integer, changed integer, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
    v_ctx    constant jsonb := util.ctx(p_ctx);
    v_sha256 constant bytea := sha256(convert_to(coalesce(p_info -> 'symbols', 'null')::text, 'UTF8'));
    v_stated timestamptz;
    v_old    market.listing_statements;
    v_last   market.listings;
    v_row    record;
    v_seen   uuid[] := '{}';
begin
    perform util.require_id('p_statement_id', p_statement_id);
    if p_kind is null or p_kind not in ('spot', 'perp', 'inverse') then
        raise exception 'argument p_kind is %', coalesce(quote_literal(left(p_kind, 40)), 'null')
            using errcode = 'TB001', hint = 'Kinds are spot, perp and inverse.';
    end if;
    if jsonb_typeof(p_info -> 'symbols') is distinct from 'array' or jsonb_typeof(p_info -> 'serverTime') is distinct from 'number' then
        raise exception 'p_info is no list of instruments'
            using errcode = 'TB001', hint = 'Pass the answer of exchangeInfo as it came: an object with serverTime and symbols.';
    end if;
    if not exists (select from ref.venues v where v.code = p_venue) then
        raise exception 'p_venue names no venue: %', coalesce(quote_literal(left(p_venue, 100)), 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_venue().';
    end if;
    v_stated := 'epoch'::timestamptz + (p_info ->> 'serverTime')::numeric * interval '1 millisecond';

    -- One list of a venue's kind at a time, so that each is compared with all before it.
    perform pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'listings', p_venue, p_kind), 0));
    select s.* into v_old from market.listing_statements s where s.statement_id = p_statement_id;
    if found then
        conflict_field := case when v_old.venue <> p_venue then 'venue' when v_old.kind <> p_kind then 'kind'
                               when v_old.stated_at <> v_stated then 'stated_at' when v_old.sha256 <> v_sha256 then 'info' end;
        return query select case when conflict_field is null then 'replayed' else 'conflict' end, v_old.statement_id, v_old.stated_at,
                            v_old.instruments, v_old.passed_over, v_old.changed, conflict_field;
        return;
    end if;

    outcome := 'created';
    statement_id := p_statement_id;
    stated_at := v_stated;
    instruments := 0;
    changed := 0;
    insert into market.listing_statements (statement_id, venue, kind, stated_at, sha256, instruments, passed_over, changed, ctx)
      values (p_statement_id, p_venue, p_kind, v_stated, v_sha256, 0, 0, 0, v_ctx);
    for v_row in
        select market._listed_instrument(p_venue, p_kind, x.symbol, x.base, x.quote, x.settle, x.tick_size, x.lot_size, x.multiplier, v_ctx) as id, x.*
          from market._exchange_info(p_kind, p_info) x
         order by x.symbol collate "C"
    loop
        continue when v_row.id is null;
        instruments := instruments + 1;
        v_seen := v_seen || v_row.id;
        changed := changed + market._state_listing(row(v_row.id, v_stated, v_row.status, v_row.trading, v_row.tick_size, v_row.lot_size,
            v_row.min_notional, v_row.multiplier, v_row.listed_at, v_row.ends_at, p_statement_id)::market.listings, v_ctx)::integer;
    end loop;
    -- What the venue has named before and names no more.
    for v_last in
        select l.*
          from ref.instruments i
         cross join lateral (select n.* from market.listings n where n.instrument_id = i.instrument_id and n.stated_at <= v_stated
                              order by n.stated_at desc limit 1) l
         where i.venue = p_venue and i.kind = p_kind and instruments > 0 and i.instrument_id <> all (v_seen)
    loop
        v_last.stated_at := v_stated;
        v_last.status := 'ABSENT';
        v_last.trading := false;
        v_last.statement_id := p_statement_id;
        changed := changed + market._state_listing(v_last, v_ctx)::integer;
    end loop;
    passed_over := jsonb_array_length(p_info -> 'symbols') - instruments;
    update market.listing_statements s
       set instruments = fn_record_exchange_info.instruments, passed_over = fn_record_exchange_info.passed_over,
           changed = fn_record_exchange_info.changed
     where s.statement_id = p_statement_id;
    insert into ingest.source_freshness as f (source, stream, newest_event, newest_ingest)
      values (concat_ws(' ', p_venue, p_kind), 'listings', v_stated, clock_timestamp())
    on conflict on constraint source_freshness_key
        do update set newest_event = greatest(f.newest_event, excluded.newest_event), newest_ingest = excluded.newest_ingest, errors_in_row = 0;
    perform bus.fn_emit_domain_event('market.listings_recorded', p_statement_id::text, jsonb_build_object(
        'statement_id', p_statement_id, 'venue', p_venue, 'kind', p_kind, 'stated_at', v_stated, 'instruments', instruments, 'changed', changed),
        p_ctx => v_ctx);
    return next;
end
$function$;

alter function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) is 'Records a venue''s list of its instruments of a kind, as Binance answers to exchangeInfo: those that are new become known, what is said otherwise than before is added to market.listings, and what can no longer be traded, or is not named any more, counts as not published from then on (ingest.conventions), until it trades again. created, replayed, or conflict naming venue, kind, stated_at or info. TB001 for what is no such list, TB002 for an unknown venue.';

revoke execute on function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) from public;
grant execute on function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) to daybook_data_writer;
grant execute on function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_record_exchange_info(p_statement_id uuid, p_venue text, p_kind text, p_info jsonb, p_ctx jsonb) to daybook_owner;
