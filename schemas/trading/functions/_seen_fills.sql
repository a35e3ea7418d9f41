-- daybook mirror: function trading._seen_fills(p_account_id uuid, p_fills trading.fills[])
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._seen_fills(p_account_id uuid, p_fills trading.fills[])
 RETURNS boolean[]
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$;

alter function trading._seen_fills(p_account_id uuid, p_fills trading.fills[]) owner to daybook_api;

comment on function trading._seen_fills(p_account_id uuid, p_fills trading.fills[]) is 'Which fills of a batch may not be new, because the book has their id or trade number or an earlier one of the batch has; null when it is none.';

revoke execute on function trading._seen_fills(p_account_id uuid, p_fills trading.fills[]) from public;
grant execute on function trading._seen_fills(p_account_id uuid, p_fills trading.fills[]) to daybook_owner;
