create or replace function market._require_stage(p_target text)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The session may put anything into its temporary schema. A view there would
    -- run the session's expressions with our rights, so only the plain table that
    -- our own owner made is accepted; nobody else can hang a trigger or a rule on it.
    if not exists (
        select
          from pg_class s
          join pg_class t on t.oid = to_regclass(p_target) and t.relowner = s.relowner
         where s.relname = 'market_stage'
           and s.relnamespace = pg_my_temp_schema()
           and s.relkind = 'r'
           and s.relpersistence = 't'
           and not s.relhastriggers
           and not s.relhasrules
           and not s.relhassubclass
           and not s.relrowsecurity)
    then
        raise exception 'pg_temp.market_stage is not the stage that opening a batch made'
            using errcode = 'TB004',
                  hint = 'Open the batch, send the rows and close it in one transaction, and leave that name alone.';
    end if;
end
$$;
comment on function market._require_stage(text) is
    'Raises TB004 unless pg_temp.market_stage is the plain temporary table that market._make_stage made as the owner of the target.';
