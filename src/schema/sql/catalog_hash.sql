-- One hash over what the schemas of this database are, without what the runner keeps of itself. Reads plain columns only: the
-- functions that print definitions would wait for locks. Partitions are left out, since programs make them as time goes on.
with spaces as materialized (
    select n.oid, n.nspname, n.nspowner, n.nspacl
      from pg_catalog.pg_namespace as n
     where n.nspname !~ '^pg_'
       and n.nspname not in ('information_schema', 'daybook')
), relations as materialized (
    select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.relpersistence, c.reloptions, c.relrowsecurity,
           c.relforcerowsecurity, s.nspname
      from pg_catalog.pg_class as c
      join spaces as s on s.oid = c.relnamespace
     where not c.relispartition
), lines (line) as (
    select pg_catalog.format('schema %s %s %s', nspname, nspowner, nspacl)
      from spaces
    union all
    select pg_catalog.format('relation %s %s %s %s %s %s %s %s', r.nspname, r.relname, r.relkind, r.relowner, r.relacl, r.relpersistence,
                             r.reloptions, r.relrowsecurity::text || r.relforcerowsecurity::text)
      from relations as r
    union all
    select pg_catalog.format('column %s.%s.%s %s', r.nspname, r.relname, a.attnum,
                             pg_catalog.json_build_array(a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity,
                                                         a.attgenerated, a.attcollation, a.attacl, a.attisdropped))
      from relations as r
      join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0
    union all
    select pg_catalog.format('default %s.%s.%s %s', r.nspname, r.relname, d.adnum, d.adbin)
      from relations as r
      join pg_catalog.pg_attrdef as d on d.adrelid = r.oid
    union all
    select pg_catalog.format('constraint %s.%s %s', r.nspname, r.relname,
                             pg_catalog.json_build_array(k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated,
                                                         k.confrelid, k.confupdtype, k.confdeltype, k.conkey, k.confkey,
                                                         k.conbin::text))
      from relations as r
      join pg_catalog.pg_constraint as k on k.conrelid = r.oid
    union all
    select pg_catalog.format('index %s.%s %s', r.nspname, r.relname,
                             pg_catalog.json_build_array(i.indexrelid, i.indisunique, i.indisprimary, i.indisvalid, i.indisready,
                                                         i.indkey::text, i.indclass::text, i.indoption::text, i.indexprs::text,
                                                         i.indpred::text))
      from relations as r
      join pg_catalog.pg_index as i on i.indrelid = r.oid
    union all
    select pg_catalog.format('trigger %s.%s %s', r.nspname, r.relname,
                             pg_catalog.json_build_array(t.tgname, t.tgfoid, t.tgtype, t.tgenabled, t.tgattr::text,
                                                         pg_catalog.encode(t.tgargs, 'hex'), t.tgqual::text))
      from relations as r
      join pg_catalog.pg_trigger as t on t.tgrelid = r.oid
     where not t.tgisinternal
    union all
    select pg_catalog.format('rule %s.%s %s', r.nspname, r.relname,
                             pg_catalog.json_build_array(w.rulename, w.ev_type, w.ev_enabled, w.ev_qual::text, w.ev_action::text))
      from relations as r
      join pg_catalog.pg_rewrite as w on w.ev_class = r.oid
    union all
    select pg_catalog.format('policy %s.%s %s', r.nspname, r.relname,
                             pg_catalog.json_build_array(p.polname, p.polcmd, p.polpermissive, p.polroles, p.polqual::text,
                                                         p.polwithcheck::text))
      from relations as r
      join pg_catalog.pg_policy as p on p.polrelid = r.oid
    union all
    select pg_catalog.format('routine %s.%s %s', s.nspname, f.proname,
                             pg_catalog.json_build_array(f.proargtypes::text, f.prorettype, f.prokind, f.proowner, f.proacl,
                                                         f.prosecdef, f.provolatile, f.proparallel, f.proisstrict, f.proretset,
                                                         f.prolang, f.prosrc, f.prosqlbody::text, f.proconfig,
                                                         f.proargdefaults::text, f.proallargtypes, f.proargmodes,
                                                         f.proargnames))
      from spaces as s
      join pg_catalog.pg_proc as f on f.pronamespace = s.oid
    union all
    select pg_catalog.format('type %s.%s %s', s.nspname, t.typname,
                             pg_catalog.json_build_array(t.typtype, t.typowner, t.typacl, t.typnotnull, t.typbasetype, t.typtypmod,
                                                         t.typdefault))
      from spaces as s
      join pg_catalog.pg_type as t on t.typnamespace = s.oid
     where t.typtype in ('d', 'e', 'r')
    union all
    select pg_catalog.format('label %s.%s %s %s', s.nspname, t.typname, e.enumsortorder, e.enumlabel)
      from spaces as s
      join pg_catalog.pg_type as t on t.typnamespace = s.oid
      join pg_catalog.pg_enum as e on e.enumtypid = t.oid
)
select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
           coalesce(pg_catalog.string_agg(l.line, E'\n' order by l.line collate "C"), ''), 'UTF8')), 'hex')
  from lines as l
