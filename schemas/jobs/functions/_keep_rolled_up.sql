-- daybook mirror: function jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_pieces_max constant integer := 50;
    v_pieces integer := 0;
    v_outcome text;
begin
    if to_regprocedure('market.fn_roll_up(integer,jsonb)') is not null then
        loop
            execute 'select r.outcome from market.fn_roll_up(31, $1) as r' into v_outcome using p_ctx;
            exit when v_outcome is distinct from 'created';
            v_pieces := v_pieces + 1;
            exit when v_pieces = c_pieces_max;
        end loop;
    end if;
    return jsonb_build_object('pieces', v_pieces);
end
$function$;

alter function jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb) owner to daybook_api;

comment on function jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb) is 'Handler daybook.roll_up: where there is the module market, brings its roll-ups up to date, at most 50 pieces of a month of an instrument. Answers how many it did.';

revoke execute on function jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb) from public;
grant execute on function jobs._keep_rolled_up(p_args jsonb, p_ctx jsonb) to daybook_owner;
