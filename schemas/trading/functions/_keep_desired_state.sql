-- daybook mirror: function trading._keep_desired_state()

CREATE OR REPLACE FUNCTION trading._keep_desired_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(new.account_id, 'manage');
    new.version := old.version + 1;
    new.updated_at := clock_timestamp();
    new.ctx := null;
    perform trading._write_bot_version(new, util.uuid_v7(), 'desired_state was set', null);
    return new;
end
$function$;

alter function trading._keep_desired_state() owner to daybook_owner;

comment on function trading._keep_desired_state() is 'Makes a version, an audit row and an event of a change of desired_state that no function made. 42501 without the right to manage the account.';

revoke execute on function trading._keep_desired_state() from public;
grant execute on function trading._keep_desired_state() to daybook_api;
