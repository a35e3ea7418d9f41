-- session_user is the role that logged in; unlike current_user and any setting, a definer function does not change it and
-- the caller cannot. The role is looked up by oid, because a grant may outlive its role, which would raise by name.
create or replace function settings._require_right(p_account_id uuid, p_right text) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select 1
          from settings.account_grants as g
         where g.account_id = p_account_id
           and p_right = any (g.rights)
           and (g.role_name = session_user or pg_has_role(session_user, to_regrole(quote_ident(g.role_name))::oid, 'member')))
    then
        return;
    end if;

    if p_right is null or p_right not in ('read', 'trade', 'manage') then
        raise exception 'argument p_right is %, which is not a right', coalesce(quote_literal(p_right), 'null')
            using errcode = 'TB001',
                  hint = 'Rights are read, trade and manage.';
    end if;

    raise exception 'role % may not % for account %', quote_literal(session_user), p_right, coalesce(p_account_id::text, 'null')
        using errcode = '42501',
              hint = 'A role with the right to manage the account can grant it with settings.fn_grant_account().';
end
$$;

comment on function settings._require_right(uuid, text) is
    'Returns if the role that is logged in, or a group it is a member of, has the right for the account, wherever its book is; else 42501. '
    'An account that does not exist answers the same.';
