-- daybook-lint: allow function-search-path until 2028-06-30: it calls what its owner may, and whoever writes orders fixes the path
create or replace function trading._check_order_whole() returns trigger
language plpgsql volatile
as $$
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
$$;

comment on function trading._check_order_whole() is
    'Trigger of trading.orders: only an external order lacks what was asked for, and only a denied one has a refusal code; 23514 else.';
