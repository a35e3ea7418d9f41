create or replace function market._merge(p_batch_id uuid, p_rows jsonb default null)
returns table (
    staged     bigint,
    inserted   bigint,
    duplicate  bigint,
    superseded bigint,
    first_time timestamptz,
    last_time  timestamptz,
    last_id    bigint)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
set jit = off
-- A month that was never analyzed is taken for nearly empty. Kept in memory and walked through once per row it would be a product;
-- looked up by its key it never is. Whether rows are looked up one by one at all is decided below.
set enable_material = off
set enable_nestloop = on
-- Values that lose are kept as text: it reads the same whoever loads, and a number comes back as it was.
set timezone = 'UTC'
set extra_float_digits = 1
as $$
#variable_conflict use_column
declare
    c_keep    constant text :=
        'insert into market.superseded (stream, instrument_id, interval_s, key, row_time, row, batch_id, line, superseded_by) ';
    v_batch   ingest.batches;
    v_stream  ingest.streams;
    v_is      record;
    v_rank    integer;
    v_fixed   jsonb;
    v_source  text := 'pg_temp.market_stage';
    v_keys    text;
    v_outdone text;
    v_sent    record;
    v_unclear boolean;
    v_rivals  record;
    v_equal   bigint;
    v_standing bigint;
    v_from    timestamptz;
    v_to      timestamptz;
    v_lost    bigint := 0;
    v_replace bigint := 0;
    v_differ  bigint;
    v_done    bigint;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    select s.* into strict v_stream from ingest.streams s where s.stream = v_batch.stream;
    select c.* into strict v_is from ingest._stream_clauses(v_batch.stream) c;
    v_rank := coalesce((select s.rank from ingest.sources s where s.source = v_batch.source), 0);
    v_keys := array_to_string(v_is.keys, ', ');
    if p_rows is null then
        perform market._analyze_stage(v_batch.stream);
    else
        v_fixed := ingest._fixed_values(p_batch_id);
        v_source := format('(select r.*, e.line from jsonb_array_elements($9) with ordinality as e(content, line) '
                           'cross join lateral jsonb_populate_record(null::%s, e.content || $10) as r)', v_is.target);
    end if;

    -- Sorting times that are nearly in order is far cheaper than a hash table of them.
    execute format('select count(*) as rows, %2$s as things, '
                   'min(s.%3$s) as first, max(s.%3$s) as last, %4$s as last_id, count(*) filter (where (%5$s) is not true) as strangers '
                   'from %1$s s',
                   v_source,
                   case when cardinality(v_is.keys) = 1 then format('count(distinct s.%s)', v_keys)
                        else format('(select count(*) from (select from %s d group by %s) g)', v_source, v_keys) end,
                   v_is.time_name, coalesce('max(s.' || v_is.id_name || ')', 'null::bigint'), v_is.is_series)
       into v_sent
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
            p_rows, v_fixed;
    staged := v_sent.rows;
    first_time := v_sent.first;
    last_time := v_sent.last;
    last_id := v_sent.last_id;
    if v_sent.strangers > 0 or first_time < v_batch.first_time or last_time > v_batch.last_time then
        raise exception 'batch % was sent rows that it did not announce: % of another series or batch, times % .. %',
                p_batch_id, v_sent.strangers, first_time, last_time
            using errcode = 'TB004',
                  hint = 'Every row carries its batch, instrument and interval and lies between p_first and p_last.';
    end if;
    inserted := 0;
    duplicate := 0;
    superseded := 0;
    if staged = 0 then
        return next;
        return;
    end if;
    perform market.fn_ensure_partitions(v_batch.stream, first_time, last_time);
    v_from := first_time - v_stream.time_slack;
    v_to := last_time + v_stream.time_slack;

    -- Inside the batch the last line about a thing wins. The others leave; those that said something else are kept.
    if v_sent.things < staged then
        execute format('select exists (select from %s d group by %s, d.line having count(*) > 1)', v_source, v_keys)
           into v_unclear
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
                p_rows, v_fixed;
        if v_unclear then
            raise exception 'rows of batch % share both their line and what they are about', p_batch_id
                using errcode = 'TB004', hint = 'Number the rows by their line in the file.';
        end if;
        execute format(
            'with ranked as materialized ('
            '    select d.*, row_number() over (partition by %1$s order by d.line desc) as place from %2$s d) '
            || c_keep ||
            'select $11, $2, $3, %3$s, s.%4$s, %5$s, $1, s.line, $1 from ranked s join ranked t on %6$s '
            ' where t.place = 1 and s.place > 1 and %7$s',
            v_keys, v_source, format(v_is.key_json, 's'), v_is.time_name, format(v_is.row_json, 's'),
            (select string_agg(format('t.%1$s = s.%1$s', k.name), ' and ') from unnest(v_is.keys) as k(name)), v_is.differs)
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
                p_rows, v_fixed, v_batch.stream;
        get diagnostics v_lost = row_count;
        if p_rows is null then
            execute format(
                'delete from pg_temp.market_stage s '
                ' using (select d.ctid as tid, row_number() over (partition by %s order by d.line desc) as place '
                '          from pg_temp.market_stage d) r where s.ctid = r.tid and r.place > 1', v_keys);
        else
            v_source := format('(select distinct on (%1$s) d.* from %2$s d order by %1$s, d.line desc)', v_keys, v_source);
        end if;
    end if;

    -- Where many rows meet not many more, both are read from end to end.
    if p_rows is null and staged > 1000 then
        execute format('select count(*) from (select from %s t where %s limit $6) n', v_is.target, v_is.series)
           into v_standing
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, staged * 4;
        if v_standing < staged * 4 then
            perform set_config('enable_nestloop', 'off', true);
        end if;
    end if;

    -- One pass says what there is to write. Replaying a file whole ends here, without a write.
    execute format('select count(*) filter (where t.batch_id is null), count(*) filter (where t.batch_id is not null and %1$s) '
                   '  from %2$s s left join %3$s t on %4$s', v_is.differs, v_source, v_is.target, v_is.matches)
       into inserted, v_differ
      using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
            p_rows, v_fixed;

    v_equal := v_sent.things - inserted - v_differ;
    if v_equal > 0 or v_differ > 0 then
        select r.* into strict v_rivals from ingest._rivals(p_batch_id, v_from, v_to) r;
        if v_equal > 0 and v_rivals.weaker then
            perform ingest._confirm(p_batch_id, v_source, v_from, v_to, v_equal, p_rows, v_fixed);
        end if;
    end if;

    if v_differ > 0 then
        -- Which of two values stands is a matter of their batches and not of which came first.
        v_outdone := 'exists (select from ingest.batches o left join ingest.sources r on r.source = o.source where o.batch_id = t.batch_id '
                     '           and (coalesce(r.rank, 0), o.revision, o.file_name collate "C") > ($6, $7, $8 collate "C"))';
        if v_rivals.confirmers is not null then
            v_outdone := format(
                '(%s or exists (select from ingest.confirmations c join ingest.batches o on o.batch_id = c.confirmed_by '
                '                where c.confirmed_by = any (%L::uuid[]) and t.%s between c.first_time and c.last_time '
                '                  and (c.key is null or c.key = %s) '
                '                  and o.load_no > (select w.load_no from ingest.batches w where w.batch_id = t.batch_id)))',
                v_outdone, v_rivals.confirmers, v_is.time_name, format(v_is.key_json, 't'));
        end if;
        execute format(
            c_keep || 'select $11, $2, $3, %1$s, t.%2$s, %3$s, t.batch_id, 0, $1 from %4$s s join %5$s t on %6$s where %7$s and not %8$s',
            format(v_is.key_json, 't'), v_is.time_name, format(v_is.row_json, 't'), v_source, v_is.target, v_is.matches,
            v_is.differs, v_outdone)
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
                p_rows, v_fixed, v_batch.stream;
        get diagnostics v_replace = row_count;
        if v_replace < v_differ then
            execute format(
                c_keep || 'select $11, $2, $3, %1$s, s.%2$s, %3$s, $1, s.line, t.batch_id from %4$s s join %5$s t on %6$s where %7$s and %8$s',
                format(v_is.key_json, 's'), v_is.time_name, format(v_is.row_json, 's'), v_source, v_is.target, v_is.matches,
                v_is.differs, v_outdone)
              using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision,
                    v_batch.file_name, p_rows, v_fixed, v_batch.stream;
        end if;
    end if;
    if v_replace > 0 then
        execute format(
            'update %1$s t set %2$s, batch_id = $1 from %3$s s where %4$s and %5$s and not %6$s', v_is.target,
            (select string_agg(format('%1$I = s.%1$I', v.name), ', ') from unnest(v_stream.value_columns) as v(name)),
            v_source, v_is.matches, v_is.differs, v_outdone)
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
                p_rows, v_fixed;
        get diagnostics v_done = row_count;
        if v_done <> v_replace then
            raise exception 'batch % replaced % rows where % were to be', p_batch_id, v_done, v_replace
                using errcode = 'TB003', hint = 'Rows were changed beside an open batch; only batches may write them.';
        end if;
    end if;

    if inserted > 0 then
        -- In the order of time, so that the table and its index grow at their ends.
        execute format(
            'insert into %1$s (%2$s) select %3$s from %4$s s where not exists (select from %1$s t where %5$s) order by s.%6$s, %7$s',
            v_is.target, v_is.columns, v_is.columns, v_source, v_is.matches, v_is.time_name, v_keys)
          using p_batch_id, v_batch.instrument_id, v_batch.interval_s, v_from, v_to, v_rank, v_batch.revision, v_batch.file_name,
                p_rows, v_fixed;
        get diagnostics v_done = row_count;
        if v_done <> inserted then
            raise exception 'batch % inserted % rows where % were missing', p_batch_id, v_done, inserted
                using errcode = 'TB003', hint = 'Rows were changed beside an open batch; only batches may write them.';
        end if;
    end if;

    superseded := v_differ + v_lost;
    duplicate := staged - inserted - superseded;
    return next;
end
$$;
comment on function market._merge(uuid, jsonb) is
    'Merges the rows of an open batch, from pg_temp.market_stage or given, into the target of its stream and says what became of each. '
    'Writes only what is new or wins over other values; the losing values go to market.superseded. Of two values that of the '
    'higher rank of source, then revision, then file name, then line wins, and the later one when all are equal. TB004 when the stage is '
    'not ours or rows were not announced.';
