-- daybook mirror: function trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text)

CREATE OR REPLACE FUNCTION trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_bot_id constant uuid := p_ctx ->> 'bot';
begin
    if p_halts then
        detail := trading._halt_in_force(p_account_id, v_bot_id);
        code := case when detail is not null then 'halted' end;
    end if;
    if code is null and v_bot_id is not null then
        detail := trading._fence_broken(p_account_id, v_bot_id, (p_ctx ->> 'fence')::bigint);
        code := case when detail is not null then 'fenced' end;
    end if;
end
$function$;

alter function trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text) owner to daybook_api;

comment on function trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text) is 'Why nothing may be asked for in this context, as code and detail: halted, where halts count, or fenced; nulls if it may. The caller has entered.';

revoke execute on function trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text) from public;
grant execute on function trading._stopped(p_account_id uuid, p_ctx jsonb, p_halts boolean, OUT code text, OUT detail text) to daybook_owner;
