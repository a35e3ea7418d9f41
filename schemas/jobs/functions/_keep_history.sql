-- daybook mirror: function jobs._keep_history(p_args jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._keep_history(p_args jsonb, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return jsonb_build_object('days', (select count(*) from jobs.fn_drop_finished(null, p_ctx) as d where d.outcome = 'created'));
end
$function$;

alter function jobs._keep_history(p_args jsonb, p_ctx jsonb) owner to daybook_api;

comment on function jobs._keep_history(p_args jsonb, p_ctx jsonb) is 'Handler daybook.history: drops days of finished jobs that are past the setting jobs.finished_keep_days. Answers how many.';

revoke execute on function jobs._keep_history(p_args jsonb, p_ctx jsonb) from public;
grant execute on function jobs._keep_history(p_args jsonb, p_ctx jsonb) to daybook_owner;
