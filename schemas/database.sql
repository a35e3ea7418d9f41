-- daybook mirror: database
-- role: daybook_api
-- role: daybook_owner

-- Once everything else exists:

alter default privileges for role daybook_api revoke execute on functions from public;
alter default privileges for role daybook_owner revoke execute on functions from public;
