-- Functions, procedures and aggregates. $1 schemas. arguments tell overloads apart.
select 'p' as class, p.oid,
       case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind,
       n.nspname as schema, p.proname as name, q.name as identity, q.arguments,
       case when p.prokind <> 'a' then rtrim(pg_get_functiondef(p.oid), E'\n') || ';'
            else format(E'create aggregate %s (\n    sfunc = %s,\n    stype = %s', q.name, a.aggtransfn::text,
                        format_type(a.aggtranstype, null))
                 || case when a.aggtransspace <> 0 then format(E',\n    sspace = %s', a.aggtransspace) else '' end
                 || case when a.aggfinalfn <> 0 then format(E',\n    finalfunc = %s', a.aggfinalfn::text) else '' end
                 || case when a.aggfinalextra then E',\n    finalfunc_extra' else '' end
                 || case when a.aggfinalfn <> 0 then format(E',\n    finalfunc_modify = %s', m.final) else '' end
                 || case when a.aggcombinefn <> 0 then format(E',\n    combinefunc = %s', a.aggcombinefn::text) else '' end
                 || case when a.aggserialfn <> 0 then format(E',\n    serialfunc = %s', a.aggserialfn::text) else '' end
                 || case when a.aggdeserialfn <> 0 then format(E',\n    deserialfunc = %s', a.aggdeserialfn::text) else '' end
                 || coalesce(E',\n    initcond = ' || quote_literal(a.agginitval), '')
                 || case when a.aggmtransfn <> 0
                         then format(E',\n    msfunc = %s,\n    minvfunc = %s,\n    mstype = %s', a.aggmtransfn::text,
                                     a.aggminvtransfn::text, format_type(a.aggmtranstype, null)) else '' end
                 || case when a.aggmtransspace <> 0 then format(E',\n    msspace = %s', a.aggmtransspace) else '' end
                 || case when a.aggmfinalfn <> 0 then format(E',\n    mfinalfunc = %s', a.aggmfinalfn::text) else '' end
                 || case when a.aggmfinalextra then E',\n    mfinalfunc_extra' else '' end
                 || case when a.aggmfinalfn <> 0 then format(E',\n    mfinalfunc_modify = %s', m.mfinal) else '' end
                 || coalesce(E',\n    minitcond = ' || quote_literal(a.aggminitval), '')
                 || case when a.aggsortop <> 0
                         then (select format(E',\n    sortop = operator(%I.%s)', o.nspname, s.oprname)
                                 from pg_operator as s
                                 join pg_namespace as o on o.oid = s.oprnamespace
                                where s.oid = a.aggsortop) else '' end
                 || case a.aggkind when 'h' then E',\n    hypothetical' else '' end
                 || case p.proparallel when 's' then E',\n    parallel = safe' when 'r' then E',\n    parallel = restricted'
                                       else '' end
                 || E'\n);' end as head,
       null::text as tail,
       format('alter %s %s owner to %I;', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
              q.name, pg_get_userbyid(p.proowner)) as owner_sql,
       pg_get_userbyid(p.proowner) as role
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
 cross join lateral (select pg_get_function_identity_arguments(p.oid) as arguments) as g
 cross join lateral (
       select format('%I.%I(%s)', n.nspname, p.proname,
                     case when p.prokind = 'a' and g.arguments = '' then '*' else g.arguments end) as name, g.arguments) as q
  left join pg_aggregate as a on a.aggfnoid = p.oid
 cross join lateral (
       select case a.aggfinalmodify when 's' then 'shareable' when 'w' then 'read_write' else 'read_only' end as final,
              case a.aggmfinalmodify when 's' then 'shareable' when 'w' then 'read_write' else 'read_only' end as mfinal) as m
 where p.pronamespace = any ($1::oid[])
   and not exists (select from pg_depend as d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
