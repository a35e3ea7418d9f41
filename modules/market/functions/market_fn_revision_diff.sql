-- daybook-lint: allow state-change-without-event until 2028-06-30: the statements that are put together only read
create or replace function market.fn_revision_diff(p_source text, p_path text, p_revision integer)
returns table (
    change        text,
    stream        text,
    instrument_id uuid,
    interval_s    integer,
    row_time      timestamptz,
    key           jsonb,
    old_row       jsonb,
    new_row       jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set extra_float_digits = 1
as $$
#variable_conflict use_column
declare
    v_new ingest.batches;
    v_old ingest.batches;
    v_is  record;
begin
    if not exists (select from ingest.files f where f.source = p_source and f.path = p_path and f.revision = p_revision) then
        raise exception 'p_source, p_path and p_revision name no file: %, %, %', coalesce(p_source, 'null'), coalesce(p_path, 'null'),
                coalesce(p_revision::text, 'null')
            using errcode = 'TB002', hint = 'ingest.files lists what was registered.';
    end if;
    for v_new in
        select b.* from ingest.batches b
         where b.source = p_source and b.file_name = p_path and b.revision = p_revision and b.verdict = 'loaded'
         order by b.load_no
    loop
        select b.* into v_old from ingest.batches b
         where b.source = p_source and b.file_name = p_path and b.revision < p_revision and b.verdict = 'loaded'
           and b.stream = v_new.stream and b.instrument_id is not distinct from v_new.instrument_id
           and b.interval_s is not distinct from v_new.interval_s
         order by b.revision desc
         limit 1;
        select c.* into strict v_is from ingest._stream_clauses(v_new.stream) c;

        return query
            select 'changed', v_new.stream, v_new.instrument_id, v_new.interval_s, u.row_time, u.key, u.row, null::jsonb
              from market.superseded u
             where u.superseded_by = v_new.batch_id and u.line = 0;
        return query execute format(
            'select ''added'', $6, $2, $3, t.%1$s, %2$s, null::jsonb, %3$s from %4$s t where %5$s and t.batch_id = $1 '
            '   and not exists (select from market.superseded u where u.superseded_by = $1 and u.line = 0 and u.key = %2$s)',
            v_is.time_name, format(v_is.key_json, 't'), format(v_is.row_json, 't'), v_is.target, v_is.series)
          using v_new.batch_id, v_new.instrument_id, v_new.interval_s, v_new.first_time, v_new.last_time, v_new.stream;
        return query execute format(
            'select ''missing'', $6, $2, $3, t.%1$s, %2$s, %3$s, null::jsonb from %4$s t where %5$s and t.batch_id = $7 '
            '   and not exists (select from ingest.confirmations c where c.confirmed_by = $1 '
            '                      and t.%1$s between c.first_time and c.last_time and (c.key is null or c.key = %2$s))',
            v_is.time_name, format(v_is.key_json, 't'), format(v_is.row_json, 't'), v_is.target, v_is.series)
          using v_new.batch_id, v_new.instrument_id, v_new.interval_s, v_old.first_time, v_old.last_time, v_new.stream, v_old.batch_id;
    end loop;
end
$$;
comment on function market.fn_revision_diff(text, text, integer) is
    'What a revision of a file changed: rows that it changed (old_row is what stood), that it added (new_row), and rows of the revision '
    'before that still stand and that it does not have any more (missing, old_row): nothing is taken away by a file. Rows that '
    'stand by another file are not spoken of. TB002 for a revision that was not registered.';
