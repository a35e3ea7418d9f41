create or replace function ref.fn_instruments(p_venue text default null, p_symbol text default null)
returns setof ref.instruments
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select *
          from ref.instruments as i
         where (p_venue is null or i.venue = p_venue)
           and (p_symbol is null or i.symbol = p_symbol)
         order by i.venue, i.symbol, i.kind;
end
$$;

comment on function ref.fn_instruments(text, text) is
    'The registered instruments, of a venue or with a symbol when these are given.';
