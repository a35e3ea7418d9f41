-- daybook mirror: function market._state_listing(p_listing market.listings, p_ctx jsonb)
-- needs: market/tables/listings.sql

CREATE OR REPLACE FUNCTION market._state_listing(p_listing market.listings, p_ctx jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
    v_before market.listings;
    v_known  text;
    v_now    constant text := case when p_listing.trading then 'yes' else 'no' end;
    v_named  record;
    v_since  timestamptz := p_listing.stated_at;
begin
    select l.* into v_before
      from market.listings l
     where l.instrument_id = p_listing.instrument_id and l.stated_at <= p_listing.stated_at
     order by l.stated_at desc
     limit 1;
    if v_before.stated_at = p_listing.stated_at
       or (to_jsonb(v_before) - 'stated_at' - 'statement_id') = (to_jsonb(p_listing) - 'stated_at' - 'statement_id')
    then
        return false;
    end if;
    insert into market.listings select p_listing.*;
    select i.venue, i.symbol, i.kind into strict v_named from ref.instruments i where i.instrument_id = p_listing.instrument_id;
    perform bus.fn_emit_domain_event('market.listing_stated', p_listing.instrument_id::text,
        jsonb_strip_nulls(jsonb_build_object(
            'instrument_id', p_listing.instrument_id, 'venue', v_named.venue, 'symbol', v_named.symbol, 'stated_at', p_listing.stated_at,
            'status', p_listing.status, 'trading', p_listing.trading, 'tick_size', p_listing.tick_size::text, 'lot_size', p_listing.lot_size::text,
            'min_notional', p_listing.min_notional::text, 'multiplier', p_listing.multiplier::text, 'listed_at', p_listing.listed_at,
            'ends_at', p_listing.ends_at)), p_ctx => p_ctx);

    -- An end that the venue set itself is when rows ended, and not when the list was asked for.
    if not p_listing.trading and p_listing.ends_at < v_since then
        v_since := p_listing.ends_at;
    end if;
    select c.value into v_known
      from ingest.conventions c
     where c.instrument_id = p_listing.instrument_id and c.name = 'published' and c.stream is null and c.source is null and c.since <= p_listing.stated_at
     order by c.since desc, c.stated_at desc, c.convention_id desc
     limit 1;
    if coalesce(v_known, 'yes') <> v_now then
        perform c.outcome
           from market.fn_state_convention(util.uuid_v7(), v_named.venue, 'published', v_now,
                    format('%s lists it as %s', v_named.venue, p_listing.status), v_since, v_named.kind, null, null, p_listing.instrument_id, p_ctx) c;
    end if;
    return true;
end
$function$;

alter function market._state_listing(p_listing market.listings, p_ctx jsonb) owner to daybook_api;

comment on function market._state_listing(p_listing market.listings, p_ctx jsonb) is 'Adds what a venue says of an instrument when it is something else than it said before, and states whether its market data are published where that changes. False when nothing is new.';

revoke execute on function market._state_listing(p_listing market.listings, p_ctx jsonb) from public;
grant execute on function market._state_listing(p_listing market.listings, p_ctx jsonb) to daybook_owner;
