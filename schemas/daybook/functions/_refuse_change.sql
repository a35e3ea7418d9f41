-- daybook mirror: function daybook._refuse_change()

CREATE OR REPLACE FUNCTION daybook._refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception '%.% is insert-only', tg_table_schema, tg_table_name
        using errcode = '42501', hint = 'what happened stays recorded; a correction is a further row';
end
$function$;

alter function daybook._refuse_change() owner to daybook_owner;

comment on function daybook._refuse_change() is 'Keeps the ledger insert-only even for its owner.';

revoke execute on function daybook._refuse_change() from public;
