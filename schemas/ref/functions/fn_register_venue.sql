-- daybook mirror: function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, code text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    if p_code is null or p_code !~ '^[a-z0-9_]{1,60}$' then
        raise exception 'argument p_code is %, which is not a venue code', coalesce(quote_literal(left(p_code, 40)), 'null')
            using errcode = 'TB001', hint = 'Write 1 to 60 lower-case letters, digits or underscores, as in binance.';
    end if;
    perform util.require_text('p_name', p_name);

    code := p_code;
    insert into ref.venues (code, name, ctx)
    values (p_code, p_name, v_ctx)
    on conflict on constraint venues_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus._emit_versioned('ref.venue_registered', p_code, 1,
            jsonb_build_object('code', p_code, 'name', p_name), null, null, null, v_ctx);
        return next;
        return;
    end if;

    conflict_field := (select 'name' from ref.venues as v where v.code = p_code and v.name <> p_name);
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) owner to daybook_api;

comment on function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) is 'Makes a venue known under its code. created, replayed, or conflict when it is registered under another name.';

revoke execute on function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) from public;
grant execute on function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) to daybook_data_writer;
grant execute on function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) to daybook_manager;
grant execute on function ref.fn_register_venue(p_code text, p_name text, p_ctx jsonb) to daybook_owner;
