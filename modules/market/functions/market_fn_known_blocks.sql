-- daybook-lint: allow state-change-without-event until 2028-06-30: the statement that is put together only reads
create or replace function market.fn_known_blocks(p_batch_id uuid, p_from timestamptz, p_to timestamptz)
returns table (
    first_time timestamptz,
    last_time  timestamptz,
    row_count  bigint,
    sha256     bytea,
    stands     boolean,
    follows    boolean)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    -- Few enough that a sender who hashes meanwhile does not wait long for the answer.
    c_most  constant integer := 64;
    v_batch ingest.batches;
begin
    if p_batch_id is null or p_from is null or p_to is null or p_from > p_to then
        raise exception 'one of p_batch_id, p_from and p_to is null, or p_from .. p_to is not a range: % .. %',
                coalesce(p_from::text, 'null'), coalesce(p_to::text, 'null')
            using errcode = 'TB001', hint = 'Name the open batch and the range of time whose blocks are wanted.';
    end if;
    v_batch := ingest._require_open_batch(p_batch_id);
    return query
        select b.*
          from ingest._standing_blocks(v_batch.stream, v_batch.instrument_id, v_batch.interval_s, p_from, p_to, c_most) b;
end
$$;
comment on function market.fn_known_blocks(uuid, timestamptz, timestamptz) is
    'Stretches of rows that stand in the series of an open batch and reach into p_from .. p_to, with their hashes (ingest.blocks), in the order '
    'of time, at most 64: ask again from behind the last one. A sender whose rows of such a range have the same hash and number leaves them out '
    'and says so when closing, where stands is true; where it is not, it compares rows (market.fn_standing_rows). follows: no row stands '
    'between it and the one before it in this answer. Nobody else can change these rows by a batch until the transaction ends. TB001 '
    'malformed, TB004 not open.';
