-- daybook mirror: function trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone)

CREATE OR REPLACE FUNCTION trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if jsonb_typeof(p_data) <> 'object' then
        raise exception 'argument % is %', p_name, left(p_data::text, 40)
            using errcode = 'TB001', hint = 'Pass what else there is to say as a JSON object, or null for nothing.';
    end if;
    if p_occurred_at is null or not isfinite(p_occurred_at) then
        raise exception 'argument p_occurred_at is %', coalesce(p_occurred_at::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which it happened.';
    end if;
    if p_bot_id is not null
       and not exists (select from trading.bot_configs as b where b.account_id = p_account_id and b.bot_id = p_bot_id)
    then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
end
$function$;

alter function trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone) owner to daybook_api;

comment on function trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone) is 'Returns if what a bot says has an object as its data, a moment, and, where it names a bot, one of the account; else TB001 or TB002.';

revoke execute on function trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone) from public;
grant execute on function trading._require_bot_entry(p_account_id uuid, p_bot_id uuid, p_name text, p_data jsonb, p_occurred_at timestamp with time zone) to daybook_owner;
