-- daybook mirror: function market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb)

CREATE OR REPLACE FUNCTION market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_stream ingest.streams;
    v_key text[];
    v_values text[];
begin
    select s.* into v_stream from ingest.streams as s where s.stream = p_stream;
    if not found then
        raise exception 'argument p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 200)), 'null')
            using errcode = 'TB002', hint = 'ingest.streams lists what can be loaded.';
    end if;
    if (p_instrument_id is not null) <> v_stream.has_instrument or (p_interval_s is not null) <> (v_stream.interval_column is not null) then
        raise exception 'arguments p_instrument_id and p_interval_s do not fit stream %: %, %', p_stream,
                coalesce(p_instrument_id::text, 'null'), coalesce(p_interval_s::text, 'null')
            using errcode = 'TB001', hint = 'Name the instrument and the interval where the stream has them, and null elsewhere.';
    end if;

    select array_agg(distinct c.name order by c.name) into v_key
      from unnest(v_stream.key_columns || v_stream.time_column) as c (name)
     where c.name not in ('instrument_id', coalesce(v_stream.interval_column, 'instrument_id')) and not v_stream.constants ? c.name;
    select array_agg(c.name order by c.name) into v_values from unnest(v_stream.value_columns) as c (name) where c.name <> v_stream.time_column;
    if jsonb_typeof(p_key) is distinct from 'object'
       or (select array_agg(name order by name) from jsonb_object_keys(p_key) as name) is distinct from v_key
    then
        raise exception 'argument p_key is %, which is not the key of a row of stream %', coalesce(p_key::text, 'null'), p_stream
            using errcode = 'TB001', hint = format('Pass a JSON object of %s.', array_to_string(v_key, ', '));
    end if;
    if jsonb_typeof(p_values) is distinct from 'object' or p_values = '{}'
       or not v_values @> (select array_agg(name) from jsonb_object_keys(p_values) as name)
    then
        raise exception 'argument p_values is %, which are not values of a row of stream %', coalesce(p_values::text, 'null'), p_stream
            using errcode = 'TB001', hint = format('Pass a JSON object of one or more of %s.', array_to_string(v_values, ', '));
    end if;
    if exists (
        select
          from pg_attribute as a
         where a.attrelid = v_stream.target::regclass and a.attnotnull and a.attname = any (v_key || v_values)
           and (p_key || p_values) -> a.attname = 'null')
    then
        raise exception 'arguments p_key and p_values hold null where stream % has none: %, %', p_stream, p_key, p_values
            using errcode = 'TB001', hint = 'Leave out what is not to be corrected.';
    end if;
    begin
        execute format('select jsonb_populate_record(null::%1$s, $1), jsonb_populate_record(null::%1$s, $2)', v_stream.target)
          using p_key, p_values;
    exception when data_exception or integrity_constraint_violation then
        raise exception 'arguments p_key and p_values cannot be read: %', sqlerrm
            using errcode = 'TB001', hint = format('Pass values of the columns of %s.', v_stream.target);
    end;
end
$function$;

alter function market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb) owner to daybook_api;

comment on function market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb) is 'Returns if key and values can be those of a row of the stream. TB001 malformed, TB002 unknown stream.';

revoke execute on function market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb) from public;
grant execute on function market._check_correction(p_stream text, p_instrument_id uuid, p_interval_s integer, p_key jsonb, p_values jsonb) to daybook_owner;
