-- daybook mirror: function settings._accounts(p_right text)

CREATE OR REPLACE FUNCTION settings._accounts(p_right text)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(array_agg(distinct g.account_id), '{}')
      from settings.account_grants as g
     where p_right = any (g.rights)
       and (g.role_name = session_user or pg_has_role(session_user, to_regrole(quote_ident(g.role_name))::oid, 'member'))
$function$;

alter function settings._accounts(p_right text) owner to daybook_api;

comment on function settings._accounts(p_right text) is 'The accounts for which the role that is logged in, or a group it is a member of, has the right.';

revoke execute on function settings._accounts(p_right text) from public;
grant execute on function settings._accounts(p_right text) to daybook_owner;
