-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._waited_fills(p_account_id uuid, p_fills trading.fills[]) returns boolean[]
language plpgsql stable
as $$
declare
    v_fill_ids constant uuid[] := array(select f.fill_id from unnest(p_fills) as f);
    v_waiting constant uuid[] := array(
        select e.fill_id from trading.fill_events as e where e.account_id = p_account_id and e.fill_id = any (v_fill_ids));
begin
    if v_waiting = '{}' then
        return null;
    end if;
    return array(
        select f.fill_id in (select w.fill_id from unnest(v_waiting) as w (fill_id))
          from unnest(v_fill_ids) with ordinality as f (fill_id, idx)
         order by f.idx);
end
$$;

comment on function trading._waited_fills(uuid, trading.fills[]) is
    'Which fills of a batch are those of busts or corrections that came before them; null when it is none.';
