-- Law: the account comes first. In the book every primary key, unique key and foreign key of a table that has an
-- account_id starts with it, so that a distributed server can place an account's rows together. Foreign keys to the
-- reference schema are free of it, because every node has a copy. No key of the book points at market data, which may be
-- on another server; every foreign key says what a deletion does; nothing hangs on statement triggers.
begin;
select plan(7);

create temporary view our_table as
select c.oid, n.nspname, n.nspname || '.' || c.relname as name
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

create temporary view account_not_first as
select t.name, k.conname::text as key
  from our_table as t
  join pg_attribute as a on a.attrelid = t.oid and a.attname = 'account_id' and not a.attisdropped
  join pg_constraint as k on k.conrelid = t.oid and k.contype in ('p', 'u', 'f')
  left join our_table as f on f.oid = k.confrelid
 where t.nspname = 'trading'
   and k.conkey[1] <> a.attnum
   and f.nspname is distinct from 'ref'
union
select t.name, i.indexrelid::regclass::text
  from our_table as t
  join pg_attribute as a on a.attrelid = t.oid and a.attname = 'account_id' and not a.attisdropped
  join pg_index as i on i.indrelid = t.oid and i.indisunique
 where t.nspname = 'trading' and i.indkey[0] <> a.attnum;

create temporary view foreign_key as
select k.conname::text, t.name, t.nspname, f.nspname as to_schema, k.confdeltype
  from pg_constraint as k
  join our_table as t on t.oid = k.conrelid
  join our_table as f on f.oid = k.confrelid
 where k.contype = 'f';

select skip('module trading is not installed', 3) where to_regnamespace('trading') is null;
select is_empty('select name, key from account_not_first', 'keys of the book start with the account') where to_regnamespace('trading') is not null;
select is_empty($$select t.name from our_table as t
                   where t.nspname = 'trading'
                     and not exists (select 1 from pg_attribute as a where a.attrelid = t.oid and a.attname = 'account_id')$$,
    'every table of the book belongs to an account') where to_regnamespace('trading') is not null;
select is_empty($$select name, conname from foreign_key where nspname = 'trading' and to_schema in ('market', 'ingest')$$,
    'no foreign key leads from the book to market data') where to_regnamespace('trading') is not null;

select is_empty($$select name, conname from foreign_key where confdeltype = 'a'$$, 'every foreign key says what a deletion does');
select is_empty($$select t.name, g.tgname
                    from pg_trigger as g join our_table as t on t.oid = g.tgrelid
                   where not g.tgisinternal and g.tgtype & 1 = 0
                     -- The runner's own ledger is never distributed, and only a statement trigger can refuse TRUNCATE.
                     and t.nspname <> 'daybook'$$, 'there are no statement triggers');
select is_empty($$select t.name, x.attname
                    from our_table as t join pg_attribute as x on x.attrelid = t.oid
                   where x.attnum > 0 and not x.attisdropped and x.atttypid in ('timestamp'::regtype, 'money'::regtype, 'real'::regtype)$$,
    'no column is of type timestamp without time zone, money or real');
select is_empty($$select t.name, x.attname
                    from our_table as t join pg_attribute as x on x.attrelid = t.oid
                   where t.nspname in ('trading', 'ref', 'wallet') and x.attnum > 0 and not x.attisdropped
                     and x.atttypid = 'double precision'::regtype$$,
    'the book holds no binary floating point');

select * from finish();
rollback;
