-- daybook mirror: function ingest._usual_cadence(p_stream text, p_interval_s integer)

CREATE OR REPLACE FUNCTION ingest._usual_cadence(p_stream text, p_interval_s integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT COALESCE(p_interval_s,
         CASE p_stream
             WHEN 'metrics'::text THEN 300
             WHEN 'book_depth'::text THEN 30
             WHEN 'fear_greed'::text THEN 86400
             WHEN 'stablecoin_supply'::text THEN 86400
             ELSE NULL::integer
         END) AS "coalesce";
END;

alter function ingest._usual_cadence(p_stream text, p_interval_s integer) owner to daybook_api;

comment on function ingest._usual_cadence(p_stream text, p_interval_s integer) is 'Seconds from one row of a stream to the next: the interval where rows have one, else what the stream is known for; null where rows come as it happens.';

revoke execute on function ingest._usual_cadence(p_stream text, p_interval_s integer) from public;
grant execute on function ingest._usual_cadence(p_stream text, p_interval_s integer) to daybook_owner;
