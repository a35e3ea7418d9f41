-- Law: every schema, table, view and routine of ours says in a comment what it is. Whatever lies outside the server's own
-- schemas and public (where the test library is) counts as ours, so that a new module is covered without being named.
begin;
select plan(5);

create temporary view our_schema as
select n.oid, n.nspname
  from pg_namespace as n
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

create temporary view silent_relation as
select s.nspname || '.' || c.relname as name, c.relkind
  from pg_class as c
  join our_schema as s on s.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and not c.relispartition          -- a partition is what its parent is
   and obj_description(c.oid, 'pg_class') is null;

create temporary view silent_routine as
select p.oid::regprocedure::text as name
  from pg_proc as p
  join our_schema as s on s.oid = p.pronamespace
 where obj_description(p.oid, 'pg_proc') is null;

select is_empty($$select nspname from our_schema where obj_description(oid, 'pg_namespace') is null$$, 'every schema has a comment');
select is_empty('select name from silent_relation', 'every table and view has a comment');
select is_empty('select name from silent_routine', 'every routine has a comment');

create table util.law_probe (a integer);
create function util.fn_law_probe() returns void language sql as 'select';
select set_eq('select name from silent_relation', $$values ('util.law_probe')$$, 'a table without a comment is found');
select set_eq('select name from silent_routine', $$values ('util.fn_law_probe()')$$, 'a routine without a comment is found');

select * from finish();
rollback;
