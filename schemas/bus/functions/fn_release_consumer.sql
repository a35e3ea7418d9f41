-- daybook mirror: function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform util.ctx(p_ctx);
    perform bus._consumer(p_consumer);
    update bus.consumer_cursors as k
       set holder_id = null, holder_name = null, holder_pid = null, held_since = null
     where k.consumer = p_consumer and k.term = p_term and k.holder_id is not null;
    outcome := case
        when found then 'created'
        when exists (select 1 from bus.consumer_cursors as k where k.consumer = p_consumer and k.term = p_term) then 'replayed'
        else 'fenced'
    end;
    return next;
end
$function$;

alter function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) is 'Lets go of what bus.fn_attach_consumer() gave, so that another process need not wait until this one is taken for dead. created; replayed; fenced when another one has attached since. TB002 for an unknown consumer, 42501 for one of another role.';

revoke execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) from public;
grant execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) to daybook_app;
grant execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) to daybook_bot;
grant execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) to daybook_executor;
grant execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb) to daybook_relay;
