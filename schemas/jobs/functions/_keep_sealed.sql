-- daybook mirror: function jobs._keep_sealed(p_args jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._keep_sealed(p_args jsonb, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_pieces_max constant integer := 20;
    v_seals integer := 0;
begin
    while v_seals < c_pieces_max
          and (select s.outcome from audit.fn_seal(10000, p_ctx) as s) = 'created' loop
        v_seals := v_seals + 1;
    end loop;
    return jsonb_build_object('seals', v_seals);
end
$function$;

alter function jobs._keep_sealed(p_args jsonb, p_ctx jsonb) owner to daybook_api;

comment on function jobs._keep_sealed(p_args jsonb, p_ctx jsonb) is 'Handler daybook.seal: seals what was recorded since the last seal, at most 200,000 events. Answers how many seals it made.';

revoke execute on function jobs._keep_sealed(p_args jsonb, p_ctx jsonb) from public;
grant execute on function jobs._keep_sealed(p_args jsonb, p_ctx jsonb) to daybook_owner;
