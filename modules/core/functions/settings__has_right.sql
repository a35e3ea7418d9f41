-- What most calls pay for a right: two lookups by key.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function settings._has_right(p_account_id uuid, p_right text) returns boolean
language plpgsql stable
as $$
begin
    return exists (
               select from settings.account_grants as g
                where g.account_id = p_account_id and g.role_name = session_user and p_right = any (g.rights))
           and not exists (select from settings.account_fences as f where f.account_id = p_account_id and f.state not in ('copying', 'here'));
end
$$;

comment on function settings._has_right(uuid, text) is
    'Whether the role that is logged in has a right of its own for an account that is here. Where it has not, settings.require_account() has the last word.';
