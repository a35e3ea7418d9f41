-- Publications and subscriptions. $1 schemas (not looked at). Where a subscription connects to is never read: passwords stand there.
-- It is written so that replaying it connects to nobody; whether it is at work, and how far it has come, is no part of a schema.
-- Options that a version of the server does not know stand for what they are in newer ones: an unqualified name that is no
-- column of the catalog is that of usual.
select 'P' as class, p.oid, 'publication' as kind, '' as schema, p.pubname as name, quote_ident(p.pubname) as identity,
       null::text as arguments,
       format('create publication %I%s', p.pubname, case when p.puballtables then ' for all tables' else '' end)
       || coalesce(' with (' || nullif(concat_ws(', ',
              case when not (p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate)
                   then format('publish = %L', concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                                                         case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end)) end,
              case when p.pubviaroot then 'publish_via_partition_root = true' end,
              case when to_jsonb(p) ->> 'pubgencols' = 's' then 'publish_generated_columns = stored' end), '') || ')', '')
       || ';' as head,
       null::text as tail,
       format('alter publication %I owner to %I;', p.pubname, pg_get_userbyid(p.pubowner)) as owner_sql,
       pg_get_userbyid(p.pubowner) as role
  from pg_publication as p
 where $1::oid[] is not null
   and not exists (select from pg_depend as d where d.classid = 'pg_publication'::regclass and d.objid = p.oid and d.deptype = 'e')
 union all
select 'S', s.oid, 'subscription', '', s.subname, quote_ident(s.subname), null,
       format(E'-- Where it connects to is never written.\ncreate subscription %I connection '''' publication %s\n    with (%s);', s.subname,
              (select string_agg(quote_ident(w.name), ', ' order by w.ord) from unnest(s.subpublications) with ordinality as w (name, ord)),
              concat_ws(', ', 'connect = false', 'slot_name = ' || coalesce(quote_literal(s.subslotname), 'none'),
                        case when s.subbinary then 'binary = true' end,
                        'streaming = ' || case s.stream when 'true' then 'on' when 't' then 'on' when 'p' then 'parallel' else 'off' end,
                        case when s.subtwophasestate <> 'd' then 'two_phase = true' end,
                        case when s.subdisableonerr then 'disable_on_error = true' end,
                        'synchronous_commit = ' || quote_literal(s.subsynccommit),
                        case when not s.subpasswordrequired then 'password_required = false' end,
                        case when s.subrunasowner then 'run_as_owner = true' end,
                        case when s.suborigin <> 'any' then 'origin = ' || s.suborigin end,
                        case when s.subfailover then 'failover = true' end)),
       null,
       case when not r.rolsuper then format('alter subscription %I owner to %I;', s.subname, r.rolname) end, r.rolname
  from (select true as subpasswordrequired, false as subrunasowner, 'any'::text as suborigin, false as subfailover) as usual
 cross join lateral (
       select t.oid, t.subname, t.subowner, t.subslotname, t.subbinary, t.substream::text as stream, t.subtwophasestate, t.subdisableonerr,
              t.subsynccommit, t.subpublications, subpasswordrequired, subrunasowner, suborigin, subfailover
         from pg_subscription as t
        where t.subdbid = (select d.oid from pg_database as d where d.datname = current_database())) as s
  join pg_roles as r on r.oid = s.subowner
