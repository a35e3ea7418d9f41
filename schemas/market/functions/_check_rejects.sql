-- daybook mirror: function market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[])

CREATE OR REPLACE FUNCTION market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[])
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_rejected constant bigint := coalesce(cardinality(p_lines), 0);
begin
    if coalesce(cardinality(p_offsets), 0) <> v_rejected
       or coalesce(cardinality(p_reasons), 0) <> v_rejected
       or coalesce(cardinality(p_raw), 0) <> v_rejected
    then
        raise exception 'p_reject_lines, _offsets, _reasons, _raw have %, %, %, % elements', v_rejected,
                coalesce(cardinality(p_offsets), 0), coalesce(cardinality(p_reasons), 0), coalesce(cardinality(p_raw), 0)
            using errcode = 'TB001', hint = 'Give one element of each for every rejected row; offset and raw may be null inside.';
    end if;
    if exists (
        select
          from unnest(p_lines, p_offsets, p_reasons) as r(line, byte_offset, reason)
         where coalesce(r.line, 0) <= 0 or r.byte_offset < 0 or coalesce(r.reason, '') = '')
         or (select count(distinct r.line) from unnest(p_lines) as r(line)) <> v_rejected
    then
        raise exception 'p_reject_lines, _offsets or _reasons hold an unusable element'
            using errcode = 'TB001',
                  hint = 'Lines count from 1 and do not repeat, offsets from 0, and every reject has a reason.';
    end if;
    return v_rejected;
end
$function$;

alter function market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[]) owner to daybook_api;

comment on function market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[]) is 'How many rejected rows the four arrays describe. TB001 when they do not fit together.';

revoke execute on function market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[]) from public;
grant execute on function market._check_rejects(p_lines bigint[], p_offsets bigint[], p_reasons text[], p_raw text[]) to daybook_owner;
