-- daybook mirror: function trading._derive_position()

CREATE OR REPLACE FUNCTION trading._derive_position()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if (new.signed_qty = 0.0) <> (new.opened_at is null) or new.opened_at is null and new.open_cost <> 0.0 then
        raise exception 'position % of account % is flat in one column and open in another', new.position_id, new.account_id
            using errcode = '23514', constraint = 'positions_flat_whole', schema = 'trading', table = 'positions',
                  hint = 'A flat position has no quantity, no cost and no time at which it was opened.';
    end if;
    new.realized_net := new.realized_gross - new.fees + new.funding;
    return new;
end
$function$;

alter function trading._derive_position() owner to daybook_owner;

comment on function trading._derive_position() is 'Trigger of trading.positions: a flat position is flat in every column, 23514 else, and the net result is that of its parts, whoever writes them.';

revoke execute on function trading._derive_position() from public;
grant execute on function trading._derive_position() to daybook_api;
