-- daybook mirror: function trading._deploy_account(p_account_id uuid)

CREATE OR REPLACE FUNCTION trading._deploy_account(p_account_id uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN NULLIF(p_account_id, '00000000-0000-0000-0000-000000000000'::uuid);

alter function trading._deploy_account(p_account_id uuid) owner to daybook_api;

comment on function trading._deploy_account(p_account_id uuid) is 'The account that events and audit rows of a deploy name: none for a service.';

revoke execute on function trading._deploy_account(p_account_id uuid) from public;
grant execute on function trading._deploy_account(p_account_id uuid) to daybook_owner;
