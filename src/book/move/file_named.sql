select code, name, kind from currencies
union all
select code, name, null from venues
