-- What can be tried in the schemas $1: the statement, and the keys (without the role) that allow it: of each list one. The key *
-- stands for reading everything. $2 false: on a live database, what EXPLAIN asks for and nothing runs, and what only reads; true:
-- on a scratch server, what can only be found out by doing it. $3 tables ("schema.table") with row security, $4 those that force
-- it upon owners.
-- passes: SQLSTATEs that say that the right was there and something else in the way. Before this, daybook.prove_declared is set.
with ns as (
    select n.oid, n.nspname, n.nspowner, array[pg_catalog.format('%s:0:USAGE', n.oid), '*'] as enter
      from pg_catalog.pg_namespace as n
     where n.nspname = any ($1::text[])
), relation as (
    select c.oid, c.relkind, c.relowner as owner, c.relrowsecurity, s.enter, pg_catalog.format('%I.%I', s.nspname, c.relname) as name,
           s.nspname || '.' || c.relname as plain
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm')
        -- without a handler nobody may do anything with a foreign table
        or (c.relkind = 'f' and exists (select from pg_catalog.pg_foreign_table as t
                                          join pg_catalog.pg_foreign_server as v on v.oid = t.ftserver
                                          join pg_catalog.pg_foreign_data_wrapper as w on w.oid = v.srvfdw
                                         where t.ftrelid = c.oid and w.fdwhandler <> 0))
), col as (
    select r.oid, r.relkind, r.owner, r.name, r.enter, a.attnum, a.attname, pg_catalog.quote_ident(a.attname) as ident
      from relation as r
      join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
), key as (
    -- columns that a foreign key can refer to
    select i.indexrelid, r.name, r.owner, r.enter,
           pg_catalog.string_agg(pg_catalog.format('x%s %s', a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' order by k.n) as columns,
           pg_catalog.string_agg('x' || a.attnum, ', ' order by k.n) as own,
           pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.n) as theirs,
           pg_catalog.jsonb_agg(array[pg_catalog.format('%s:%s:REFERENCES', r.oid, a.attnum), pg_catalog.format('%s:0:REFERENCES', r.oid)]) as keys
      from pg_catalog.pg_index as i
      join relation as r on r.oid = i.indrelid and r.relkind in ('r', 'p')
     cross join lateral pg_catalog.unnest(i.indkey::smallint[]) with ordinality as k (attnum, n)
      join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = k.attnum
     where i.indisunique and i.indimmediate and i.indpred is null and i.indexprs is null and k.n <= i.indnkeyatts
     group by i.indexrelid, r.name, r.owner, r.enter
), routine as (
    select p.oid, p.prokind, p.proowner as owner, s.enter, pg_catalog.format('%I.%I', s.nspname, p.proname) as name,
           pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
           -- the planner would run it
           p.pronargs = 0 and p.provolatile = 'i' and p.prokind = 'f' as planned,
           coalesce(pg_catalog.string_agg(pg_catalog.format('null::%s as a%s', y.name, t.n), ', ' order by t.n) filter (where t.n is not null), '1') as nulls,
           coalesce(pg_catalog.string_agg(case when p.provariadic <> 0 and t.n = p.pronargs then 'variadic x.a' else 'x.a' end || t.n, ', ' order by t.n) filter (where t.n is not null),
                    case when p.prokind = 'a' then '*' else '' end) as names,
           coalesce(pg_catalog.string_agg('null::' || y.name, ', ' order by t.n) filter (where t.n is not null), '') as values
      from pg_catalog.pg_proc as p
      join ns as s on s.oid = p.pronamespace
      left join lateral pg_catalog.unnest(case when p.prokind = 'p' then coalesce(p.proallargtypes, p.proargtypes::oid[]) else p.proargtypes::oid[] end)
                     with ordinality as t (type, n) on true
      left join lateral (
           -- something for what stands for any type
           select case when t.type::regtype::text in ('anyelement', 'anynonarray', 'anycompatible', 'anycompatiblenonarray', '"any"') then 'integer'
                       when t.type::regtype::text in ('anyarray', 'anycompatiblearray') then 'integer[]'
                       else pg_catalog.format_type(t.type, null) end as name) as y on true
     group by p.oid, s.nspname, s.enter
    -- nobody can say a value of such a type, nor call what sorts its arguments first in this way
    having not coalesce(pg_catalog.bool_or(y.name = 'internal'), false)
       and not exists (select from pg_catalog.pg_aggregate as g where g.aggfnoid = p.oid and g.aggkind <> 'n')
), possible as (
    select 'column' as class, c.name as object, c.attname as col, c.owner, v.privilege, pg_catalog.format(v.sql, c.ident, c.name) as sql,
           pg_catalog.jsonb_build_array(
               array[pg_catalog.format('%s:%s:%s', c.oid, c.attnum, v.privilege), pg_catalog.format('%s:0:%s', c.oid, v.privilege)]
               || case v.privilege when 'SELECT' then array['*'] else array[]::text[] end, c.enter) as keys,
           array[]::text[] as passes,
           -- what the owner of a view may write through it is a question of the tables behind
           c.relkind = 'v' and v.privilege <> 'SELECT' as not_owner
      from col as c
     cross join (values ('SELECT', 'explain select %1$s from %2$s'), ('INSERT', 'explain insert into %2$s (%1$s) values (default)'),
                        ('UPDATE', 'explain update %2$s set %1$s = default where false')) as v (privilege, sql)
     where not $2::boolean and (v.privilege = 'SELECT' or c.relkind in ('r', 'p', 'v'))
     union all
    select 'table', r.name, null, r.owner, 'DELETE', pg_catalog.format('explain delete from %s where false', r.name),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:DELETE', r.oid)], r.enter), array[]::text[], r.relkind = 'v'
      from relation as r
     where not $2::boolean and r.relkind in ('r', 'p', 'v')
     union all
    select 'row security', r.name, null, r.owner, 'IN FORCE', pg_catalog.format('select 1 / pg_catalog.row_security_active(%s::pg_catalog.oid)::integer', r.oid),
           case when r.plain = any ($3::text[])
                then pg_catalog.jsonb_build_array(array[case when r.plain = any ($4::text[]) then 'all' else 'others' end]) else '[["none"]]' end,
           array[]::text[], false
      from relation as r
     where not $2::boolean and (r.relrowsecurity or r.plain = any ($3::text[]))
     union all
    select case f.prokind when 'a' then 'aggregate' else 'function' end, pg_catalog.format('%s(%s)', f.name, f.arguments), null, f.owner, 'EXECUTE',
           pg_catalog.format('explain select %s(%s)%s from (select %s offset 0) as x', f.name, f.names, case f.prokind when 'w' then ' over ()' else '' end,
                             f.nulls),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:EXECUTE', f.oid)], f.enter), array[]::text[], false
      from routine as f
     where f.prokind <> 'p' and f.planned = $2::boolean
     union all
    -- grants_prove.c has emptied them
    select 'procedure', pg_catalog.format('%s(%s)', f.name, f.arguments), null, f.owner, 'EXECUTE', pg_catalog.format('call %s(%s)', f.name, f.values),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:EXECUTE', f.oid)], f.enter), array[]::text[], false
      from routine as f
     where $2::boolean and f.prokind = 'p'
     union all
    select 'table', r.name, null, r.owner, v.privilege, pg_catalog.format(v.sql, r.name),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:%s', r.oid, v.privilege)], r.enter), v.passes, false
      from relation as r
     cross join (values ('TRUNCATE', 'truncate %s', array['0A000']), -- a foreign key refers to it
                        ('TRIGGER', 'create trigger proof before insert on %s for each row execute function proof.nothing()', array[]::text[]))
               as v (privilege, sql, passes)
     where $2::boolean and r.relkind in ('r', 'p')
     union all
    -- a lock that four rights allow: the other verbs of MAINTAIN warn, or cannot be undone
    select 'table', r.name, null, r.owner, 'MAINTAIN', pg_catalog.format('lock table only %s in share mode', r.name),
           pg_catalog.jsonb_build_array(array(select pg_catalog.format('%s:0:%s', r.oid, v.privilege)
                                                from pg_catalog.unnest(array['MAINTAIN', 'UPDATE', 'DELETE', 'TRUNCATE']) as v (privilege)), r.enter),
           array[]::text[], false
      from relation as r
     where $2::boolean and r.relkind in ('r', 'p') and pg_catalog.current_setting('server_version_num')::integer >= 170000
     union all
    select 'column', k.name, k.theirs, k.owner, 'REFERENCES',
           pg_catalog.format('create table proof.refers (%s, foreign key (%s) references %s (%s))', k.columns, k.own, k.name, k.theirs),
           k.keys || pg_catalog.jsonb_build_array(k.enter), array[]::text[], false
      from key as k
     where $2::boolean
     union all
    select 'sequence', x.name, null, c.relowner, v.privilege, pg_catalog.format(v.sql, x.name),
           pg_catalog.jsonb_build_array(array(select case p when '*' then p else pg_catalog.format('%s:0:%s', c.oid, p) end
                                                from pg_catalog.unnest(v.privileges) as p), s.enter), array[]::text[], false
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     cross join lateral (select pg_catalog.format('%I.%I', s.nspname, c.relname) as name) as x
     cross join (values (false, 'SELECT', 'explain select last_value from %s', array['SELECT', '*']),
                        (true, 'USAGE', 'select pg_catalog.nextval(%L)', array['USAGE', 'UPDATE']),
                        (true, 'UPDATE', 'select pg_catalog.setval(%L, 1)', array['UPDATE'])) as v (scratch, privilege, sql, privileges)
     where $2::boolean = v.scratch and c.relkind = 'S'
     union all
    select 'schema', s.nspname, null, s.nspowner, v.privilege, pg_catalog.format(v.sql, s.nspname),
           pg_catalog.jsonb_build_array(case v.privilege when 'USAGE' then s.enter else array[pg_catalog.format('%s:0:%s', s.oid, v.privilege)] end),
           v.passes, false
      from ns as s
     cross join (values (false, 'USAGE', 'explain select from %I."there is no such table"', array['42P01']),
                        (true, 'CREATE', 'create table %I.proof ()', array[]::text[])) as v (scratch, privilege, sql, passes)
     where $2::boolean = v.scratch
     union all
    select 'type', x.name, null, t.typowner, 'USAGE', pg_catalog.format('create table proof.uses (x %s)', x.name),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:USAGE', t.oid)], s.enter), array[]::text[], false
      from pg_catalog.pg_type as t
      join ns as s on s.oid = t.typnamespace
      left join pg_catalog.pg_class as c on c.oid = t.typrelid
     cross join lateral (select pg_catalog.format('%I.%I', s.nspname, t.typname) as name) as x
     where $2::boolean and (t.typtype in ('d', 'e', 'r') or c.relkind = 'c')
     union all
    select 'database', pg_catalog.current_database(), null, d.datdba, v.privilege, v.sql,
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:%s', d.oid, v.privilege)]), array[]::text[], false
      from pg_catalog.pg_database as d
     cross join (values ('CREATE', 'create schema proof_of_create'), ('TEMPORARY', 'create temporary table proof_of_temporary ()')) as v (privilege, sql)
     where $2::boolean and d.datname = pg_catalog.current_database()
     union all
    -- what PUBLIC may with a language is only known where a line speaks of it
    select 'language', l.lanname, null, l.lanowner, 'USAGE',
           pg_catalog.format('create function proof.in_it() returns integer language %I as %L', l.lanname, 'select 1'),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:USAGE', l.oid)]), array[]::text[], false
      from pg_catalog.pg_language as l
     where $2::boolean and l.lanpltrusted
       and pg_catalog.current_setting('daybook.prove_declared')::jsonb ? pg_catalog.format('%s:0:USAGE:public', l.oid)
     union all
    select 'foreign data wrapper', f.fdwname, null, f.fdwowner, 'USAGE',
           pg_catalog.format('create server proof_of_usage foreign data wrapper %I', f.fdwname),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:USAGE', f.oid)]), array[]::text[], false
      from pg_catalog.pg_foreign_data_wrapper as f
     where $2::boolean
     union all
    select 'foreign server', f.srvname, null, f.srvowner, 'USAGE', pg_catalog.format('create foreign table proof.far (x integer) server %I', f.srvname),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:USAGE', f.oid)]), array[]::text[], false
      from pg_catalog.pg_foreign_server as f
     where $2::boolean
     union all
    select 'parameter', p.parname, null, 10, 'SET',
           pg_catalog.format('select pg_catalog.set_config(%L, pg_catalog.current_setting(%L), true)', p.parname, p.parname),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:SET', p.oid)]), array[]::text[], false
      from pg_catalog.pg_parameter_acl as p
      join pg_catalog.pg_settings as s on s.name = p.parname and s.context = 'superuser'
     where not $2::boolean
     union all
    select 'large object', m.oid::text, null, m.lomowner, 'SELECT', pg_catalog.format('select pg_catalog.lo_get(%s, 0, 1)', m.oid),
           pg_catalog.jsonb_build_array(array[pg_catalog.format('%s:0:SELECT', m.oid)]), array[]::text[], false
      from pg_catalog.pg_largeobject_metadata as m
     where not $2::boolean and m.lomacl is not null
)
select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(q) order by q.class, q.object, q.col, q.privilege), '[]') as cases
  from (select p.class, p.object, p.col, pg_catalog.pg_get_userbyid(p.owner) as owner, p.privilege, p.sql, p.keys, p.passes, p.not_owner
          from possible as p) as q
