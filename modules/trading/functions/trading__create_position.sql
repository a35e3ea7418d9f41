-- Not on the common path. A lock on a row that does not exist locks nothing, so the row is made first, by whoever comes
-- first, and locked then. The terms of the contract are copied: they must not change under an open position.
-- daybook-lint: allow state-change-without-event until 2028-06-30: a flat position is there to be locked; its first fill emits
create or replace function trading._create_position(p_account_id uuid, p_instrument_id uuid, p_position_key text)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_terms record;
begin
    select a.position_mode, i.instrument_id, i.kind, i.base, i.settle, i.multiplier
      into v_terms
      from trading.accounts as a
      left join ref.instruments as i on i.instrument_id = p_instrument_id
     where a.account_id = p_account_id;
    if v_terms.instrument_id is null or v_terms.position_mode = 'hedging' and p_position_key = '' then
        perform trading._refuse_order_terms(p_account_id, p_instrument_id, null, v_terms.instrument_id, null);
    end if;

    insert into trading.positions (account_id, position_id, instrument_id, position_key, kind, base_currency, currency, multiplier)
    values (p_account_id, util.uuid_v7(), p_instrument_id, p_position_key, v_terms.kind, v_terms.base, v_terms.settle,
            v_terms.multiplier)
    on conflict on constraint positions_instrument_key do nothing;

    perform 1
       from trading.positions as p
      where p.account_id = p_account_id and p.instrument_id = p_instrument_id and p.position_key = p_position_key
        for no key update;
end
$$;

comment on function trading._create_position(uuid, uuid, text) is
    'Makes the flat position of an instrument and key if there is none, and locks it. TB002 for an unknown instrument.';
