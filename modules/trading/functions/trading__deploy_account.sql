create or replace function trading._deploy_account(p_account_id uuid) returns uuid
language sql immutable parallel safe
return nullif(p_account_id, '00000000-0000-0000-0000-000000000000');

comment on function trading._deploy_account(uuid) is 'The account that events and audit rows of a deploy name: none for a service.';
