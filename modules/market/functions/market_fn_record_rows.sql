create or replace function market.fn_record_rows(
    p_batch_id      uuid,
    p_source        text,
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_file_name     text,
    p_sha256        bytea,
    p_size_bytes    bigint,
    p_rows          jsonb,
    p_rejects       jsonb default null,
    p_cursor        jsonb default null,
    p_notes         jsonb default null,
    p_ctx           jsonb default null)
returns table (
    outcome        text,
    batch_id       uuid,
    rows_in        bigint,
    inserted       bigint,
    duplicate      bigint,
    superseded     bigint,
    rejected       bigint,
    first_time     timestamptz,
    last_time      timestamptz,
    conflict_field text,
    refusal_code   text,
    refusal_detail text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    c_few     constant integer := 100;
    v_ctx     jsonb := util.ctx(p_ctx);
    v_begun   record;
    v_batch   ingest.batches;
    v_merged  record;
    v_lines   bigint[];
    v_offsets bigint[];
    v_reasons text[];
    v_raw     text[];
    v_wait    bigint[];
    v_is      record;
    v_target  text;
begin
    if p_sha256 is null or p_size_bytes is null or jsonb_typeof(p_rows) is distinct from 'array'
       or jsonb_typeof(coalesce(p_rejects, '[]')) <> 'array' or jsonb_typeof(coalesce(p_cursor, '{}')) <> 'object'
       or jsonb_typeof(coalesce(p_notes, '{}')) <> 'object'
    then
        raise exception 'p_sha256 or p_size_bytes is null, p_rows or p_rejects is no array, or p_cursor or p_notes no object'
            using errcode = 'TB001', hint = 'Give the hash and size of the answer and its rows as objects by column name.';
    end if;
    if exists (select from jsonb_array_elements(p_rows) as r(content) where jsonb_typeof(r.content) <> 'object')
       or jsonb_array_length(p_rows) > 100000
    then
        raise exception 'p_rows holds something that is no object, or more than 100000 of them'
            using errcode = 'TB001', hint = 'Larger batches are sent by COPY: market.fn_open_batch.';
    end if;
    select array_agg(r.line), array_agg(r.byte_offset), array_agg(r.reason), array_agg(r.raw),
           array_agg(r.line) filter (where r.quarantine)
      into v_lines, v_offsets, v_reasons, v_raw, v_wait
      from jsonb_to_recordset(coalesce(p_rejects, '[]')) as r(line bigint, byte_offset bigint, reason text, raw text, quarantine boolean);
    perform market._check_rejects(v_lines, v_offsets, v_reasons, v_raw);

    select n.* into strict v_begun
      from market._begin_batch(p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, p_sha256, p_size_bytes) n;
    v_batch := v_begun.known;
    conflict_field := v_begun.conflict_field;
    if v_batch.batch_id is not null then
        return query
            select case when conflict_field is not null then 'conflict'
                        when v_batch.verdict = 'refused' then 'refused'
                        else 'replayed' end,
                   v_batch.batch_id, v_batch.rows_in, v_batch.inserted, v_batch.duplicate, v_batch.superseded, v_batch.rejected,
                   v_batch.first_time, v_batch.last_time, conflict_field,
                   case when v_batch.verdict = 'refused' and conflict_field is null then 'batch_refused' end,
                   case when conflict_field is null then v_batch.reason end;
        return;
    end if;

    -- A few rows are read from the array as often as they are needed; more are worth a table.
    v_target := 'p_rows';
    if jsonb_array_length(p_rows) > c_few then
        select c.* into strict v_is from ingest._stream_clauses(p_stream) c;
        v_target := 'pg_temp.market_stage';
        perform market._make_stage(v_is.target, current_user);
    end if;
    perform ingest._drop_own_blocks(p_stream, p_instrument_id, p_interval_s);
    insert into ingest.batches
        (batch_id, source, stream, instrument_id, interval_s, file_name, revision, sha256, size_bytes, target, verdict, notes, ctx)
      values
        (p_batch_id, p_source, p_stream, p_instrument_id, p_interval_s, p_file_name, v_begun.revision, p_sha256, p_size_bytes,
         v_target, 'open', p_notes, v_ctx);
    if v_target = 'p_rows' then
        select m.* into strict v_merged from market._merge(p_batch_id, p_rows) m;
    else
        execute format('insert into pg_temp.market_stage select r.*, e.line from jsonb_array_elements($1) with ordinality as e(content, line) '
                       'cross join lateral jsonb_populate_record(null::%s, e.content || $2) as r', v_is.target)
          using p_rows, ingest._fixed_values(p_batch_id);
        select m.* into strict v_merged from market._merge(p_batch_id) m;
    end if;
    if p_cursor is not null then
        perform ingest._advance_cursor(p_source, p_stream, p_instrument_id, p_interval_s, (p_cursor ->> 'last_time')::timestamptz,
                                       (p_cursor ->> 'last_id')::bigint, p_cursor -> 'page_state', v_begun.revision, p_batch_id);
    end if;
    v_batch := market._end_batch(p_batch_id, v_merged.staged + coalesce(cardinality(v_lines), 0), v_merged.inserted, v_merged.duplicate,
                                 v_merged.superseded, v_merged.first_time, v_merged.last_time, v_merged.last_id,
                                 v_lines, v_offsets, v_reasons, v_raw, v_wait, v_ctx);
    return query
        select 'created', v_batch.batch_id, v_batch.rows_in, v_batch.inserted, v_batch.duplicate, v_batch.superseded, v_batch.rejected,
               v_batch.first_time, v_batch.last_time, null::text, null::text, null::text;
end
$$;
comment on function market.fn_record_rows(uuid, text, text, uuid, integer, text, bytea, bigint, jsonb, jsonb, jsonb, jsonb, jsonb) is
    'Records one answer in one call: a batch of at most 100000 rows, opened, merged and closed. p_rows are objects of key and value '
    'columns by name, without instrument, interval and batch, which the call states; the place in the array is the line. p_rejects '
    'are objects of line, byte_offset, reason and raw, and quarantine (true) for those that somebody has to look at. p_cursor (last_time, last_id, page_state) moves the cursor of the series in '
    'the same transaction, also when there are no rows. p_notes is what the sender noticed of the values (ingest.batches). created, replayed, conflict, refused and TB001, TB002, TB004 as '
    'market.fn_open_batch.';
