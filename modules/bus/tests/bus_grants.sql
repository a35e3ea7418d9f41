-- Where functions and tables have owners of their own, the function that declares types runs as the owner of the tables,
-- and the role behind all other functions cannot change a declaration.
begin;
select plan(3);

create temporary view owners as
select (select relowner from pg_class where oid = 'bus.domain_events'::regclass) as tables,
       (select proowner from pg_proc where oid = 'bus._emit_versioned'::regproc) as functions;

select skip('functions and tables have one owner here: roles were not bootstrapped', 3) from owners where tables = functions;
select is((select proowner from pg_proc where oid = 'bus.fn_declare_event_type'::regproc), tables, 'types are declared by the owner')
  from owners where tables <> functions;
select is((select proowner from pg_proc where oid = 'bus.fn_ensure_event_partitions'::regproc), tables, 'partitions are made by the owner')
  from owners where tables <> functions;
select ok(not has_any_column_privilege(functions, 'bus.domain_event_type', 'INSERT, UPDATE'), 'api cannot change what is declared')
  from owners where tables <> functions;

select * from finish();
rollback;
