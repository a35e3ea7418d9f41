create or replace function settings._accounts(p_right text) returns uuid[]
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(distinct g.account_id), '{}')
      from settings.account_grants as g
     where p_right = any (g.rights)
       and (g.role_name = session_user or pg_has_role(session_user, to_regrole(quote_ident(g.role_name))::oid, 'member'))
$$;

comment on function settings._accounts(text) is 'The accounts for which the role that is logged in, or a group it is a member of, has the right.';
