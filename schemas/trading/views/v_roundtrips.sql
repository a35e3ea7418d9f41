-- daybook mirror: view trading.v_roundtrips
-- needs: ref/tables/instruments.sql
-- needs: trading/tables/equity_points.sql
-- needs: trading/tables/funding_payments.sql
-- needs: trading/tables/positions.sql
-- needs: trading/tables/roundtrips.sql

create view trading.v_roundtrips as
 SELECT r.account_id,
    r.position_id,
    r.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    r.position_key,
    p.currency,
    r.cycle,
    r.side,
    r.opened_at,
    r.closed_at,
    r.qty,
    r.entry_value,
    r.exit_value,
    r.gross,
    r.fees,
    COALESCE(f.funding, (0)::numeric) AS funding,
    trim_scale(((r.gross - r.fees) + COALESCE(f.funding, (0)::numeric))) AS net,
    LEAST(r.low, m.low) AS low,
    GREATEST(r.high, m.high) AS high,
    r.first_version,
    r.last_version
   FROM ((((trading.roundtrips r
     JOIN trading.positions p ON (((p.account_id = r.account_id) AND (p.position_id = r.position_id))))
     JOIN ref.instruments i ON ((i.instrument_id = r.instrument_id)))
     LEFT JOIN ( SELECT o.account_id,
            o.position_id,
            c.cycle,
            trim_scale(sum(y.amount)) AS funding
           FROM ((trading.funding_payments y
             JOIN trading.positions o ON (((o.account_id = y.account_id) AND (o.instrument_id = y.instrument_id) AND (o.position_key = y.position_key))))
             CROSS JOIN LATERAL ( SELECT
                        CASE
                            WHEN (o.opened_at <= y.funding_time) THEN o.cycle
                            ELSE COALESCE(( SELECT max(e.cycle) AS max
                               FROM trading.roundtrips e
                              WHERE ((e.account_id = o.account_id) AND (e.position_id = o.position_id) AND (e.opened_at <= y.funding_time))), (1)::bigint)
                        END AS "coalesce") c(cycle))
          GROUP BY o.account_id, o.position_id, c.cycle) f ON (((f.account_id = r.account_id) AND (f.position_id = r.position_id) AND (f.cycle = r.cycle))))
     CROSS JOIN LATERAL ( SELECT min(((e.marks ->> (r.instrument_id)::text))::numeric) AS low,
            max(((e.marks ->> (r.instrument_id)::text))::numeric) AS high
           FROM trading.equity_points e
          WHERE ((e.account_id = r.account_id) AND (e.as_of >= r.opened_at) AND (e.as_of < r.closed_at))) m);

alter view trading.v_roundtrips owner to daybook_api;

comment on view trading.v_roundtrips is 'Round trips from flat to flat with the funding paid and the marks seen in them. trading.fn_roundtrips() adds averages and excursions, and other definitions.';

grant select on trading.v_roundtrips to daybook_console;
grant select on trading.v_roundtrips to daybook_lab_reader;
grant select on trading.v_roundtrips to daybook_risk;
