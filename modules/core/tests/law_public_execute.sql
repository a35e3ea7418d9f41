-- Law: nothing of ours is executable by everyone. PostgreSQL gives EXECUTE on a new routine to PUBLIC, so the installer
-- takes it away after each module; a null acl means that it did not.
begin;
select plan(2);

create temporary view public_routine as
select p.oid::regprocedure::text as name
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')
   and exists (select 1
                 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
                where a.grantee = 0 and a.privilege_type = 'EXECUTE');

select is_empty('select name from public_routine', 'no routine is executable by PUBLIC');

create function util.fn_law_probe() returns void language sql as 'select';
select results_eq('select name from public_routine', $$values ('util.fn_law_probe()')$$, 'a routine as the server creates it is found');

select * from finish();
rollback;
