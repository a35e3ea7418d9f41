-- daybook mirror: function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_done(p_step trading.reconcile_step, p_outcome text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_outcome is distinct from 'created' then
        raise exception '% of % % was answered %, but it was found missing', coalesce(p_step.action, 'record_fill'),
                coalesce(p_step.kind, 'a'), coalesce(p_step.subject, 'fill'), coalesce(p_outcome, 'nothing')
            using errcode = '40001', hint = 'Nothing was recorded. Repeat the call: it will be compared with what is recorded by then.';
    end if;
end
$function$;

alter function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text) owner to daybook_api;

comment on function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text) is '40001 unless a step did what it was found to do: then someone else was faster, or the venue''s state contradicts itself.';

revoke execute on function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text) from public;
grant execute on function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text) to daybook_owner;
