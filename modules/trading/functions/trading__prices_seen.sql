create or replace function trading._prices_seen(
    p_position trading.positions, p_first_version bigint, p_last_version bigint, p_from timestamptz, p_to timestamptz,
    out low numeric, out high numeric)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select min(s.price), max(s.price)
      from (select t.price
              from trading.fill_terms as t
             where t.account_id = p_position.account_id and t.instrument_id = p_position.instrument_id
               and t.position_key = p_position.position_key and t.position_version between p_first_version and p_last_version
               and not t.busted
            union all
            select (e.marks ->> p_position.instrument_id::text)::numeric
              from trading.equity_points as e
             where e.account_id = p_position.account_id and e.as_of between p_from and p_to) as s
$$;

comment on function trading._prices_seen(trading.positions, bigint, bigint, timestamptz, timestamptz) is
    'Lowest and highest price of the live fills of a position with those numbers, and of the marks of those moments.';
