-- What can be tried in the schemas $1: the statement, and the keys (without the role) any of which allows it.
-- $2 true: a scratch server, where what EXPLAIN cannot ask for is done and undone.
with ns as (
    select n.oid, n.nspname from pg_catalog.pg_namespace as n where n.nspname = any ($1::text[])
), relation as (
    select c.oid, c.relkind, c.relowner as owner, pg_catalog.format('%I.%I', s.nspname, c.relname) as name,
           -- what the owner of a view may write through it is a question of the tables behind; and the owner of the installer's
           -- memory has taken rights from itself
           c.relkind = 'v' or s.nspname = 'daybook' as not_owner
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v')
), col as (
    select r.oid, r.relkind, r.owner, r.name, r.not_owner, a.attnum, a.attname, pg_catalog.quote_ident(a.attname) as ident,
           pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
           exists (select from pg_catalog.pg_index as i
                    where i.indrelid = r.oid and i.indisunique and i.indnkeyatts = 1 and i.indpred is null and i.indkey[0] = a.attnum) as unique
      from relation as r
      join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
), routine as (
    select p.oid, p.proowner as owner, pg_catalog.format('%I.%I', s.nspname, p.proname) as name,
           pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
           coalesce((select pg_catalog.string_agg(pg_catalog.format('null::%s as a%s', pg_catalog.format_type(t.type, null), t.n), ', ' order by t.n)
                       from pg_catalog.unnest(p.proargtypes) with ordinality as t (type, n)), '1') as nulls,
           coalesce((select pg_catalog.string_agg(case when p.provariadic <> 0 and t.n = p.pronargs then 'variadic x.a' else 'x.a' end || t.n, ', ' order by t.n)
                       from pg_catalog.unnest(p.proargtypes) with ordinality as t (type, n)), '') as names
      from pg_catalog.pg_proc as p
      join ns as s on s.oid = p.pronamespace
     where p.prokind = 'f'
       and not exists (select from pg_catalog.unnest(p.proargtypes) as t (type)
                         join pg_catalog.pg_type as y on y.oid = t.type where y.typtype = 'p')
       -- the planner would run it
       and (p.pronargs > 0 or p.provolatile <> 'i')
), possible as (
    select 'column' as class, c.name as object, c.attname as col, c.owner, v.privilege, pg_catalog.format(v.sql, c.ident, c.name) as sql,
           array[pg_catalog.format('%s:%s:%s', c.oid, c.attnum, v.privilege), pg_catalog.format('%s:0:%s', c.oid, v.privilege)] as keys,
           c.not_owner and v.privilege <> 'SELECT' as not_owner
      from col as c
     cross join (values ('SELECT', 'explain select %1$s from %2$s'), ('INSERT', 'explain insert into %2$s (%1$s) values (default)'),
                        ('UPDATE', 'explain update %2$s set %1$s = default where false')) as v (privilege, sql)
     union all
    select 'table', r.name, null, r.owner, 'DELETE', pg_catalog.format('explain delete from %s where false', r.name),
           array[pg_catalog.format('%s:0:DELETE', r.oid)], r.not_owner
      from relation as r
     union all
    select 'function', pg_catalog.format('%s(%s)', f.name, f.arguments), null, f.owner, 'EXECUTE',
           pg_catalog.format('explain select %s(%s) from (select %s offset 0) as x', f.name, f.names, f.nulls),
           array[pg_catalog.format('%s:0:EXECUTE', f.oid)], false
      from routine as f
     union all
    select 'table', r.name, null, r.owner, v.privilege, pg_catalog.format(v.sql, r.name), array[pg_catalog.format('%s:0:%s', r.oid, v.privilege)], r.not_owner
      from relation as r
     cross join (values ('TRUNCATE', 'truncate %s cascade'),
                        ('TRIGGER', 'create trigger proof before insert on %s for each row execute function proof.nothing()')) as v (privilege, sql)
     where $2::boolean and r.relkind <> 'v'
     union all
    -- a lock that four rights allow: the other verbs of MAINTAIN warn, or cannot be undone
    select 'table', r.name, null, r.owner, 'MAINTAIN', pg_catalog.format('lock table only %s in share mode', r.name),
           array(select pg_catalog.format('%s:0:%s', r.oid, v.privilege)
                   from pg_catalog.unnest(array['MAINTAIN', 'UPDATE', 'DELETE', 'TRUNCATE']) as v (privilege)), r.not_owner
      from relation as r
     where $2::boolean and r.relkind <> 'v' and pg_catalog.current_setting('server_version_num')::integer >= 170000
     union all
    select 'column', c.name, c.attname, c.owner, 'REFERENCES',
           pg_catalog.format('create table proof.refers (x %s references %s (%s))', c.type, c.name, c.ident),
           array[pg_catalog.format('%s:%s:REFERENCES', c.oid, c.attnum), pg_catalog.format('%s:0:REFERENCES', c.oid)], false
      from col as c
     where $2::boolean and c.relkind <> 'v' and c.unique
     union all
    select 'sequence', x.name, null, c.relowner, 'USAGE', pg_catalog.format('select pg_catalog.nextval(%L)', x.name),
           array[pg_catalog.format('%s:0:USAGE', c.oid), pg_catalog.format('%s:0:UPDATE', c.oid)], false
      from pg_catalog.pg_class as c
      join ns as s on s.oid = c.relnamespace
     cross join lateral (select pg_catalog.format('%I.%I', s.nspname, c.relname) as name) as x
     where $2::boolean and c.relkind = 'S'
     union all
    select 'schema', s.nspname, null, n.nspowner, 'CREATE', pg_catalog.format('create table %I.proof ()', s.nspname),
           array[pg_catalog.format('%s:0:CREATE', s.oid)], false
      from ns as s
      join pg_catalog.pg_namespace as n on n.oid = s.oid
     where $2::boolean
)
select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(q) order by q.class, q.object, q.col, q.privilege), '[]') as cases
  from (select p.class, p.object, p.col, pg_catalog.pg_get_userbyid(p.owner) as owner, p.privilege, p.sql, p.keys, p.not_owner from possible as p) as q
