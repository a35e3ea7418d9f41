create or replace function ref.fn_find_instrument(p_venue text, p_symbol text, p_kind text default null)
returns setof ref.instruments
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select *
          from ref.instruments as i
         where i.venue = p_venue
           and i.symbol = p_symbol
           and (p_kind is null or i.kind = p_kind)
         order by i.kind;
end
$$;

comment on function ref.fn_find_instrument(text, text, text) is
    'The instruments of a venue with this symbol: at most one per kind, none when it is unknown.';
