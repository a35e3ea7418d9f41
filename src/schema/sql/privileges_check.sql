-- Lines of grants.conf ($3 relations, $4 privileges, $5 columns) that name what is not in the schemas $1 of the module, or what
-- cannot be granted because it belongs to another role than $2.
select w.ord::bigint as ord,
       case when c.oid is null then 'there is no such relation in the schemas of this module'
            when a.attname is null and w.col is not null then 'there is no such column'
            when c.relkind = 'S' and w.privilege not in ('USAGE', 'SELECT', 'UPDATE') then 'not a privilege of a sequence'
            when c.relkind <> 'S' and w.privilege = 'USAGE' then 'USAGE is a privilege of sequences only'
            when c.relispartition then 'a partition is reached through its parent'
            else pg_catalog.format('it belongs to the role "%s"', pg_catalog.pg_get_userbyid(c.relowner))
       end as problem
  from rows from (pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[]), pg_catalog.unnest($5::text[])) with ordinality as w (relation, privilege, col, ord)
  left join (pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace)
    on n.nspname || '.' || c.relname = w.relation
   and n.nspname = any ($1::text[])
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  left join pg_catalog.pg_attribute as a
    on a.attrelid = c.oid and a.attname = w.col and a.attnum > 0 and not a.attisdropped
 where c.oid is null
    or (w.col is not null and a.attname is null)
    or (c.relkind = 'S' and w.privilege not in ('USAGE', 'SELECT', 'UPDATE'))
    or (c.relkind <> 'S' and w.privilege = 'USAGE')
    or c.relispartition
    or pg_catalog.pg_get_userbyid(c.relowner) <> $2::name
 order by w.ord
