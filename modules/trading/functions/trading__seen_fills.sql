-- Most batches have none, which is found out without numbering their fills; only when there are some is each looked at. The book is searched
-- with a limit and not with exists or a list of ids: as long as the planner's statistics do not know the account, it would make a hash of all
-- its fills or read them all by another index.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._seen_fills(p_account_id uuid, p_fills trading.fills[]) returns boolean[]
language plpgsql stable
as $$
begin
    if not exists (
           select 1
             from unnest(p_fills) as f
            where (select true from trading.fills as k where k.account_id = p_account_id and k.fill_id = f.fill_id limit 1)
               or f.venue_trade_id is not null
                  and (select true
                         from trading.fills as k
                        where k.account_id = p_account_id and k.instrument_id = f.instrument_id
                          and k.venue_trade_id = f.venue_trade_id and k.trade_discriminator = f.trade_discriminator
                        limit 1))
       and cardinality(p_fills) = (select count(*) from (select distinct f.fill_id from unnest(p_fills) as f) as d)
       and (select count(f.venue_trade_id) from unnest(p_fills) as f)
           = (select count(*)
                from (select distinct f.instrument_id, f.venue_trade_id, f.trade_discriminator
                        from unnest(p_fills) as f
                       where f.venue_trade_id is not null) as d)
    then
        return null;
    end if;

    return array(
        select k.seen
          from (select f.ordinality as idx,
                       row_number() over (partition by f.fill_id order by f.ordinality) > 1
                       or f.venue_trade_id is not null
                          and row_number() over (partition by f.instrument_id, f.venue_trade_id, f.trade_discriminator
                                                 order by f.ordinality) > 1
                       or (select true
                             from trading.fills as k
                            where k.account_id = p_account_id and k.fill_id = f.fill_id
                            limit 1) is not null
                       or (select true
                             from trading.fills as k
                            where k.account_id = p_account_id and k.instrument_id = f.instrument_id
                              and k.venue_trade_id = f.venue_trade_id and k.trade_discriminator = f.trade_discriminator
                            limit 1) is not null
                           as seen
                  from unnest(p_fills) with ordinality as f) as k
         order by k.idx);
end
$$;

comment on function trading._seen_fills(uuid, trading.fills[]) is
    'Which fills of a batch may not be new, because the book has their id or trade number or an earlier one of the batch has; null when it is none.';
