-- Foreign data wrappers and foreign servers. $1 schemas (not looked at). The owner of a wrapper is a superuser, whose name is
-- nobody's business here.
with option as (
    select o.class, o.oid, ' options (' || string_agg(format('%I %L', split_part(o.item, '=', 1), substr(o.item, strpos(o.item, '=') + 1)), ', '
                                                      order by o.item) || ')' as words
      from (select 'w' as class, f.oid, unnest(f.fdwoptions) as item from pg_foreign_data_wrapper as f
             union all
            select 's', s.oid, unnest(s.srvoptions) from pg_foreign_server as s) as o
     group by o.class, o.oid
)
select 'w' as class, f.oid, 'foreign data wrapper' as kind, '' as schema, f.fdwname as name, i.identity, null::text as arguments,
       format('create foreign data wrapper %I%s%s%s;', f.fdwname,
              case when f.fdwhandler <> 0 then ' handler ' || f.fdwhandler::regproc else '' end,
              case when f.fdwvalidator <> 0 then ' validator ' || f.fdwvalidator::regproc else '' end, option.words) as head,
       null::text as tail, null::text as owner_sql, '' as role
  from pg_foreign_data_wrapper as f
  left join option on option.class = 'w' and option.oid = f.oid
 cross join lateral pg_identify_object('pg_foreign_data_wrapper'::regclass, f.oid, 0) as i
 where $1::oid[] is not null
   and not exists (select from pg_depend as d
                    where d.classid = 'pg_foreign_data_wrapper'::regclass and d.objid = f.oid and d.deptype = 'e')
 union all
select 's', s.oid, 'server', '', s.srvname, i.identity, null,
       format('create server %I%s%s foreign data wrapper %I%s;', s.srvname, ' type ' || quote_literal(s.srvtype),
              ' version ' || quote_literal(s.srvversion), f.fdwname, option.words),
       null, format('alter server %I owner to %I;', s.srvname, pg_get_userbyid(s.srvowner)), pg_get_userbyid(s.srvowner)
  from pg_foreign_server as s
  join pg_foreign_data_wrapper as f on f.oid = s.srvfdw
  left join option on option.class = 's' and option.oid = s.oid
 cross join lateral pg_identify_object('pg_foreign_server'::regclass, s.oid, 0) as i
 where not exists (select from pg_depend as d
                    where d.classid = 'pg_foreign_server'::regclass and d.objid = s.oid and d.deptype = 'e')
