-- What the register of streams says of tables is what the tables are: the one merge of all streams rests on it.
begin;
select plan(5);

create temporary view stated as
    select s.*, s.target::regclass as relid, s.key_columns || s.value_columns || 'batch_id'::text as columns from ingest.streams s;
create temporary view named as
    select s.stream, c.name, s.relid from stated s cross join unnest(s.columns) as c(name);

select ok((select count(*) >= 18 from ingest.streams), 'the streams are found');
select is_empty(
    $$select s.stream, a.attname from stated s join pg_attribute a on a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped
       where a.attname <> all (s.columns)
      union all
      select n.stream, n.name from named n
       where not exists (select from pg_attribute a where a.attrelid = n.relid and a.attname = n.name and a.attnum > 0)
      union all
      select n.stream, n.name from named n group by n.stream, n.name having count(*) > 1$$,
    'key, value columns and batch_id are each column of the table once');
select is_empty(
    $$select s.stream
        from stated s join pg_constraint p on p.conrelid = s.relid and p.contype = 'p'
        cross join lateral (select array_agg(a.attname::text order by a.attname) as columns from pg_attribute a
                             where a.attrelid = s.relid and a.attnum = any (p.conkey)) k
       where k.columns <> (select array_agg(c order by c)
                             from unnest(s.key_columns || case when s.time_slack > '0' then array[s.time_column] else '{}' end) c)$$,
    'the primary key is the key, with the time where that is no part of it');
select is_empty(
    $$select n.stream, n.name from named n join stated s using (stream) join pg_attribute a on a.attrelid = n.relid and a.attname = n.name
       where (n.name = s.time_column and a.atttypid <> 'timestamptz'::regtype)
          or (n.name = s.interval_column and a.atttypid <> 'integer'::regtype)
          or (n.name = s.id_column and a.atttypid <> 'bigint'::regtype)
          or (n.name = 'instrument_id') <> (a.atttypid = 'uuid'::regtype and n.name <> 'batch_id')$$,
    'time, interval, id and instrument have their types');
select is_empty(
    $$select s.stream, c.key from stated s cross join jsonb_object_keys(s.constants) as c(key) where c.key <> all (s.key_columns)$$,
    'constants are parts of the key');

select * from finish();
rollback;
