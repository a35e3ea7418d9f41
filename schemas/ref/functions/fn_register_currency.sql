-- daybook mirror: function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, code text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old ref.currencies;
begin
    if p_code is null or p_code !~ '^[A-Z0-9][A-Z0-9._-]{0,29}$' then
        raise exception 'argument p_code is %, which is not a currency code', coalesce(quote_literal(left(p_code, 40)), 'null')
            using errcode = 'TB001', hint = 'Write 1 to 30 upper-case letters, digits, dots, hyphens or underscores, as in BTC.';
    end if;
    perform util.require_text('p_name', p_name);
    if p_kind is null or p_kind not in ('fiat', 'crypto', 'stablecoin', 'commodity', 'index', 'other') then
        raise exception 'argument p_kind of currency % is %', p_code, coalesce(quote_literal(left(p_kind, 40)), 'null')
            using errcode = 'TB001', hint = 'Kinds are fiat, crypto, stablecoin, commodity, index and other.';
    end if;

    code := p_code;
    insert into ref.currencies (code, name, kind, ctx)
    values (p_code, p_name, p_kind, v_ctx)
    on conflict on constraint currencies_pkey do nothing;

    if found then
        outcome := 'created';
        perform bus._emit_versioned('ref.currency_registered', p_code, 1,
            jsonb_build_object('code', p_code, 'name', p_name, 'kind', p_kind), null, null, null, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from ref.currencies as c where c.code = p_code;
    conflict_field := case when v_old.name <> p_name then 'name' when v_old.kind <> p_kind then 'kind' end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) owner to daybook_api;

comment on function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) is 'Makes a currency known under its code. created, replayed, or conflict naming the field that differs from the registered one.';

revoke execute on function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) from public;
grant execute on function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) to daybook_data_writer;
grant execute on function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) to daybook_manager;
grant execute on function ref.fn_register_currency(p_code text, p_name text, p_kind text, p_ctx jsonb) to daybook_owner;
