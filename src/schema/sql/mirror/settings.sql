-- What the printing functions of the server look at, fixed for this transaction, so that the same catalogs print the
-- same bytes for everyone. pg_temp is last: nobody's temporary table may stand in for a catalog. $1 lock_timeout.
select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
       pg_catalog.set_config('lock_timeout', $1, true),
       pg_catalog.set_config('timezone', 'UTC', true),
       pg_catalog.set_config('datestyle', 'ISO, YMD', true),
       pg_catalog.set_config('intervalstyle', 'postgres', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('xmlbinary', 'base64', true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       pg_catalog.set_config('check_function_bodies', 'off', true),
       -- Compiling these queries takes longer than running them.
       pg_catalog.set_config('jit', 'off', true)
