-- Lines of grants.conf that name what is not there, or what cannot be granted because it belongs to another role than the
-- two owning ones. $1 schemas of the module, $2 owner, $3 api; $4 is as in grants_acls.sql and not needed here; $5 true: also
-- lines about what is in no schema, which others may make later than the module is installed; the lines: $6 roles, $7 kinds, $8 schemas, $9 names, $10 arguments, $11 privileges, $12 columns.
with line as (
    select w.*
      from rows from (pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]), pg_catalog.unnest($8::text[]), pg_catalog.unnest($9::text[]),
                      pg_catalog.unnest($10::text[]), pg_catalog.unnest($11::text[]), pg_catalog.unnest($12::text[]))
           with ordinality as w (role, kind, nsp, name, args, privilege, col, ord)
     where $4::text[] is not null
), found as (
    select w.ord, w.kind, w.privilege, w.col, n.oid as nsp, w.name, c.oid as relation, c.relkind, c.relispartition,
           c.relowner, a.attname, t.oid as type, f.oid as function
      from line as w
      left join pg_catalog.pg_namespace as n on n.nspname = w.nsp and n.nspname = any ($1::text[])
      left join pg_catalog.pg_class as c
        on w.kind = 'relation' and c.relnamespace = n.oid and c.relname = w.name and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      left join pg_catalog.pg_attribute as a
        on a.attrelid = c.oid and a.attname = w.col and a.attnum > 0 and not a.attisdropped
      left join pg_catalog.pg_type as t on w.kind = 'type' and t.typnamespace = n.oid and t.typname = w.name
      left join lateral (
           select p.oid
             from pg_catalog.pg_proc as p
            where w.kind = 'function' and p.pronamespace = n.oid and p.proname = w.name
              and (w.args is null or p.oid = pg_catalog.to_regprocedure(pg_catalog.format('%I.%I(%s)', w.nsp, w.name, w.args)))
            limit 1) as f on true
     where w.kind in ('relation', 'function', 'schema', 'type')
), missing as (
    select w.ord, pg_catalog.format('there is no such %s', w.kind) as problem
      from line as w
     where $5::boolean
       and not case w.kind
           when 'language' then exists (select from pg_catalog.pg_language as l where l.lanname = w.name)
           when 'foreign data wrapper' then exists (select from pg_catalog.pg_foreign_data_wrapper as f where f.fdwname = w.name)
           when 'foreign server' then exists (select from pg_catalog.pg_foreign_server as f where f.srvname = w.name)
           when 'large object' then exists (select from pg_catalog.pg_largeobject_metadata as m where m.oid::text = w.name)
           when 'parameter' then w.name like '%.%' or exists (select from pg_catalog.pg_settings as s where s.name = pg_catalog.lower(w.name))
           else true end
), problem as (
    select w.ord::bigint as ord,
           case when w.privilege = 'MAINTAIN' and pg_catalog.current_setting('server_version_num')::integer < 170000
                    then 'MAINTAIN is a privilege of servers from version 17 on'
                when w.nsp is null and w.kind <> 'relation' then 'there is no such schema in this module'
                when w.kind = 'relation' and w.name is not null and w.relation is null
                    then 'there is no such relation in the schemas of this module'
                when w.kind = 'relation' and w.nsp is null then 'there is no such schema in this module'
                when w.kind = 'function' and w.function is null then 'there is no such function in the schemas of this module'
                when w.kind = 'type' and w.type is null then 'there is no such type in the schemas of this module'
                when w.kind <> 'relation' or w.relation is null then null
                when w.attname is null and w.col is not null and w.privilege <> 'POLICY' then 'there is no such column'
                when w.relkind = 'S' and w.privilege not in ('USAGE', 'SELECT', 'UPDATE') then 'not a privilege of a sequence'
                when w.relkind <> 'S' and w.privilege = 'USAGE' then 'USAGE is a privilege of sequences only'
                when w.relispartition then 'a partition is reached through its parent'
                when pg_catalog.pg_get_userbyid(w.relowner) not in ($2::name, $3::name)
                    then pg_catalog.format('it belongs to the role "%s"', pg_catalog.pg_get_userbyid(w.relowner))
           end as problem
      from found as w
     union all
    select m.ord::bigint, m.problem from missing as m
)
select p.ord, p.problem from problem as p where p.problem is not null order by p.ord
