create or replace function market._require_kline_stage()
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- The session may put anything into its temporary schema. A view there would
  -- run the session's expressions with our rights, so only the plain table that
  -- our own role made is accepted; nobody else can own one or hang a trigger on it.
  if not exists (
    select
      from pg_class c
      join pg_roles r on r.oid = c.relowner
     where c.relname = 'kline_stage'
       and c.relnamespace = pg_my_temp_schema()
       and c.relkind = 'r'
       and c.relpersistence = 't'
       and r.rolname = current_user
       and not c.relhastriggers
       and not c.relhasrules
       and not c.relhassubclass
       and not c.relrowsecurity)
  then
    raise exception 'pg_temp.kline_stage is not the stage that opening the batch made'
      using errcode = 'TB004',
            hint = 'Open the batch, send the rows and close it in one transaction, and leave that name alone.';
  end if;
end
$$;
comment on function market._require_kline_stage() is
  'Raises TB004 unless pg_temp.kline_stage is the plain temporary table made by market.fn_open_kline_batch.';
