-- daybook mirror: view market.v_polls
-- needs: ingest/tables/cursors.sql
-- needs: ingest/tables/polls.sql
-- needs: ingest/tables/source_freshness.sql
-- needs: ingest/tables/streams.sql
-- needs: market/tables/symbol_subscriptions.sql
-- needs: ref/tables/instruments.sql
-- needs: settings/tables/coin_universe.sql

create view market.v_polls as
 WITH wished AS (
         SELECT 1 AS rank,
            p.venue,
            p.stream,
            p.kind,
            p.instrument_id,
            p.interval_s,
            i.symbol,
            i.base,
            i.quote,
            p.since,
            p.every_s,
            p.enabled
           FROM (ingest.polls p
             JOIN ref.instruments i ON ((i.instrument_id = p.instrument_id)))
        UNION ALL
         SELECT 2,
            p.venue,
            p.stream,
            p.kind,
            i.instrument_id,
            p.interval_s,
            i.symbol,
            u.base,
            u.quote,
            p.since,
            p.every_s,
            p.enabled
           FROM ((ingest.polls p
             CROSS JOIN settings.coin_universe u)
             LEFT JOIN LATERAL ( SELECT n.instrument_id,
                    n.symbol
                   FROM ref.instruments n
                  WHERE ((n.venue = p.venue) AND (n.kind = p.kind) AND ((n.symbol = u.symbol) OR ((n.base = u.base) AND (n.quote = u.quote))))
                  ORDER BY (n.symbol <> u.symbol), n.symbol
                 LIMIT 1) i ON (true))
          WHERE ((p.instrument_id IS NULL) AND (p.stream <> 'listings'::text) AND u.enabled)
        UNION ALL
         SELECT 1,
            p.venue,
            p.stream,
            p.kind,
            NULL::uuid AS instrument_id,
            p.interval_s,
            NULL::text AS symbol,
            NULL::text AS base,
            NULL::text AS quote,
            p.since,
            p.every_s,
            p.enabled
           FROM ingest.polls p
          WHERE (p.stream = 'listings'::text)
        UNION ALL
         SELECT 3,
            i.venue,
            s.stream,
            i.kind,
            i.instrument_id,
                CASE
                    WHEN (t.interval_column IS NOT NULL) THEN 60
                    ELSE NULL::integer
                END AS interval_s,
            i.symbol,
            i.base,
            i.quote,
            s.changed_at,
            NULL::integer AS every_s,
            true AS enabled
           FROM ((market.symbol_subscriptions s
             JOIN ref.instruments i ON ((i.instrument_id = s.instrument_id)))
             LEFT JOIN ingest.streams t ON ((t.stream = s.stream)))
          WHERE s.active
        ), decided AS (
         SELECT DISTINCT ON (w.venue, w.stream, w.kind, w.interval_s, COALESCE((w.instrument_id)::text, ((w.base || '/'::text) || w.quote))) w.rank,
            w.venue,
            w.stream,
            w.kind,
            w.instrument_id,
            w.interval_s,
            w.symbol,
            w.base,
            w.quote,
            w.since,
            w.every_s,
            w.enabled
           FROM wished w
          ORDER BY w.venue, w.stream, w.kind, w.interval_s, COALESCE((w.instrument_id)::text, ((w.base || '/'::text) || w.quote)), w.rank, w.since
        )
 SELECT d.venue,
    d.stream,
    d.kind,
    d.symbol,
    d.interval_s,
    d.instrument_id,
    d.base,
    d.quote,
    d.since,
    d.every_s,
    c.page_state,
    c.last_time,
    c.last_id,
    c.advanced_at,
    f.newest_event,
    f.newest_ingest,
    f.errors_in_row,
    f.last_error,
    f.last_error_at
   FROM ((decided d
     LEFT JOIN ingest.cursors c ON (((c.source = 'rest'::text) AND (c.stream = d.stream) AND (c.instrument_id = d.instrument_id) AND (NOT (c.interval_s IS DISTINCT FROM d.interval_s)))))
     LEFT JOIN ingest.source_freshness f ON (((f.source =
        CASE
            WHEN (d.stream = 'listings'::text) THEN concat_ws(' '::text, d.venue, d.kind)
            ELSE 'rest'::text
        END) AND (f.stream = d.stream) AND (NOT (f.instrument_id IS DISTINCT FROM d.instrument_id)) AND (NOT (f.interval_s IS DISTINCT FROM d.interval_s)))))
  WHERE d.enabled;

alter view market.v_polls owner to daybook_api;

comment on view market.v_polls is 'The series that pollers keep current over REST, where each stands, and what went wrong last. instrument_id and symbol are null for a coin that has no instrument at the venue yet, and of listings, which are those of a kind.';
comment on column market.v_polls.since is 'Where the history begins that is fetched first.';
comment on column market.v_polls.every_s is 'Seconds between two requests while the series is current; null: as rows come.';
comment on column market.v_polls.page_state is 'Where the next page begins, in the poller''s own words; null before the first one.';
comment on column market.v_polls.last_time is 'Newest row delivered over REST.';
comment on column market.v_polls.newest_event is 'Newest row; of listings, when the venue answered with the last one.';

grant select on market.v_polls to daybook_console;
grant select on market.v_polls to daybook_data_writer;
grant select on market.v_polls to daybook_lab_reader;
grant select on market.v_polls to daybook_manager;
grant select on market.v_polls to daybook_monitor;
