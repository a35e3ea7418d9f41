create or replace function ingest._usual_cadence(p_stream text, p_interval_s integer)
returns integer
language sql immutable parallel safe
begin atomic
    select coalesce(p_interval_s, case p_stream
        when 'metrics' then 300
        when 'book_depth' then 30
        when 'fear_greed' then 86400
        when 'stablecoin_supply' then 86400
    end);
end;
comment on function ingest._usual_cadence(text, integer) is
    'Seconds from one row of a stream to the next: the interval where rows have one, else what the stream is known for; null where rows come as it happens.';
