select c.code, c.name, c.kind from ref.currencies as c
union all
select v.code, v.name, null from ref.venues as v
