-- daybook mirror: function trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[])

CREATE OR REPLACE FUNCTION trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[])
 RETURNS record
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(sum(f.amount * f.rate), 0), coalesce(extract(epoch from p_until - p_after), 1),
           coalesce(sum(f.amount * f.rate * case when p_after is null then 1 else extract(epoch from p_until - f.at) end), 0),
           coalesce(array_agg(distinct ('rate:' || f.currency) collate "C") filter (where f.rate is null), '{}')
      from trading._performance_amounts(p_account_id, array['flow'], p_after, p_until) as f
     where f.at > coalesce(p_after, '-infinity') and f.at <= p_until
$function$;

alter function trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[]) owner to daybook_api;

comment on function trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[]) is 'What came and went after a moment (null: ever) until another; how long that was, in seconds; each flow times how long it was there; and what has no rate.';

revoke execute on function trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[]) from public;
grant execute on function trading._performance_flow(p_account_id uuid, p_after timestamp with time zone, p_until timestamp with time zone, OUT amount numeric, OUT span numeric, OUT weighted numeric, OUT missing text[]) to daybook_owner;
