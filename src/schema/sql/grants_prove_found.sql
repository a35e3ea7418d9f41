-- What grants_prove.sql has written down, as differences; the last column says how many cases there were.
select 99 as step, null::text as run_as, 'proof of ' || w.class as class, w.object, w.col, w.role, w.privilege, w.problem, '' as verb,
       null::text as what, '' as rest, false as quiet
  from pg_catalog.jsonb_to_recordset(pg_catalog.current_setting('daybook.prove')::jsonb -> 'wrong')
       as w (class text, object text, col text, role text, privilege text, problem text)
