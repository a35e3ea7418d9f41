-- daybook mirror: function settings._has_right(p_account_id uuid, p_right text)

CREATE OR REPLACE FUNCTION settings._has_right(p_account_id uuid, p_right text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
    return exists (
               select from settings.account_grants as g
                where g.account_id = p_account_id and g.role_name = session_user and p_right = any (g.rights))
           and not exists (select from settings.account_fences as f where f.account_id = p_account_id and f.state not in ('copying', 'here'));
end
$function$;

alter function settings._has_right(p_account_id uuid, p_right text) owner to daybook_api;

comment on function settings._has_right(p_account_id uuid, p_right text) is 'Whether the role that is logged in has a right of its own for an account that is here. Where it has not, settings.require_account() has the last word.';

revoke execute on function settings._has_right(p_account_id uuid, p_right text) from public;
grant execute on function settings._has_right(p_account_id uuid, p_right text) to daybook_owner;
