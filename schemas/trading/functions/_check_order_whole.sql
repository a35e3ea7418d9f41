-- daybook mirror: function trading._check_order_whole()

CREATE OR REPLACE FUNCTION trading._check_order_whole()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if new.origin <> 'external' and num_nulls(new.type, new.time_in_force, new.qty, new.working_qty, new.submitted_at) <> 0 then
        raise exception 'order % of account % lacks what was asked for', new.order_id, new.account_id
            using errcode = '23514', constraint = 'orders_asked_whole', schema = 'trading', table = 'orders',
                  hint = 'Only an external order may lack its type, time in force, quantities or time of submission.';
    end if;
    if (new.lifecycle = 'denied') <> (new.refusal_code is not null) then
        raise exception 'order % of account % is % and its refusal code is %', new.order_id, new.account_id, new.lifecycle,
                coalesce(new.refusal_code, 'null')
            using errcode = '23514', constraint = 'orders_refusal_whole', schema = 'trading', table = 'orders',
                  hint = 'A denied order has a refusal code, and no other has one.';
    end if;
    return new;
end
$function$;

alter function trading._check_order_whole() owner to daybook_owner;

comment on function trading._check_order_whole() is 'Trigger of trading.orders: only an external order lacks what was asked for, and only a denied one has a refusal code; 23514 else.';

revoke execute on function trading._check_order_whole() from public;
grant execute on function trading._check_order_whole() to daybook_api;
