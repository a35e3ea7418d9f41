select to_char(($1::jsonb ->> 'as_of')::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as as_of,
       string_agg(s.key, ', ' order by s.key) as compared
  from jsonb_each(case when jsonb_typeof($1::jsonb) = 'object' then $1::jsonb - 'as_of' end) as s
 where s.value <> 'null'
