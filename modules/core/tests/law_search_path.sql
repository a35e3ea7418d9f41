-- Law: no caller can put an object of their own in the way of a name that a routine uses. Either the routine fixes
-- search_path with pg_temp written last (left out, it would be searched first), or its body was bound to objects when it
-- was created (return, begin atomic), or it is a part of others (_…) that nobody but the owners may call, runs with the rights of
-- its caller, and so has the path that its caller fixes (docs/decisions/0006). The interface, fn_…, runs with the rights of its owner.
begin;
select plan(6);

create temporary view owning as
select p.proowner as role
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')
union
select c.relowner
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

create temporary view our_routine as
select p.oid::regprocedure::text as name, p.proname, p.prosecdef, p.prosqlbody is not null as bound,
       (select regexp_replace(c, '^search_path=', '') from unnest(p.proconfig) as c where c like 'search_path=%') as path,
       p.proname ~ '^_' and not p.prosecdef
       and not exists (
           select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a where a.grantee not in (select role from owning)) as is_part
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
 where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public');

create temporary view open_path as
select name from our_routine
 where not (coalesce(path ~ '^pg_catalog(, *[a-z_]+)*, *pg_temp$', false) or (path is null and (bound or is_part)));

select is_empty('select name from open_path', 'every routine fixes search_path with pg_temp last, has a bound body, or is a part of others that do');
select is_empty($$select name from our_routine where proname ~ '^fn_' and not prosecdef$$, 'every function of the interface is security definer');
select is_empty($$select name from our_routine where prosecdef and bound$$, 'no security definer function goes without a search_path of its own');

create function util.law_probe_a() returns void language plpgsql as 'begin end';
create function util.law_probe_b() returns void language plpgsql set search_path = '' as 'begin end';
create function util.law_probe_c() returns void language plpgsql set search_path = pg_temp, pg_catalog as 'begin end';
create function util.law_probe_d() returns void language plpgsql set search_path = pg_catalog, pg_temp as 'begin end';
create function util.law_probe_e() returns integer language sql return 1;
create function util._law_probe_f() returns void language plpgsql as 'begin end';
revoke execute on function util._law_probe_f() from public;
create function util._law_probe_g() returns void language plpgsql as 'begin end';
grant execute on function util._law_probe_g() to public;
create function util._law_probe_h() returns void language plpgsql security definer as 'begin end';
revoke execute on function util._law_probe_h() from public;
create function util.fn_law_probe() returns void language plpgsql set search_path = pg_catalog, pg_temp as 'begin end';
select results_eq(
    $$select name from open_path order by 1$$,
    $$values ('util._law_probe_g()'), ('util._law_probe_h()'), ('util.law_probe_a()'), ('util.law_probe_b()'), ('util.law_probe_c()')$$,
    'no path, an empty path, a path with pg_temp first, and a part that others may call or that has its owner''s rights are found');
select results_eq(
    $$select name from our_routine where proname ~ '^fn_' and not prosecdef$$, $$values ('util.fn_law_probe()')$$,
    'an interface function with the rights of its caller is found');

-- The attack itself: temporary objects with the names that a function uses change nothing.
create temporary table app_settings (key text, value jsonb);
create function pg_temp.to_jsonb(anyelement) returns jsonb language sql as $$select '"shadow"'::jsonb$$;
select is(settings.fn_get('no.such.setting'), null, 'a temporary table does not shadow a table of ours');

select * from finish();
rollback;
