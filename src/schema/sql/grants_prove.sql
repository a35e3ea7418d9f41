-- Tries each case as each role and writes down where what happened is not what was declared. EXPLAIN asks for the right and
-- runs nothing; whatever is done all the same is undone at once. In go three settings: daybook.prove_cases (the answer of
-- grants_prove_cases.sql), daybook.prove_declared ({"oid:attnum:PRIVILEGE:role": 1}) and daybook.prove_roles ({role: [itself,
-- the roles whose rights it has, "*" when it may read all]}); out comes daybook.prove: {"tried": n, "wrong": [case, role, what]}.
do $prove$
declare
    v_cases    constant jsonb := pg_catalog.current_setting('daybook.prove_cases')::jsonb;
    v_declared constant jsonb := pg_catalog.current_setting('daybook.prove_declared')::jsonb;
    v_roles    constant jsonb := pg_catalog.current_setting('daybook.prove_roles')::jsonb;
    v_wrong    jsonb := '[]';
    v_tried    bigint := 0;
    v_role     record;
    v_case     record;
    v_allowed  boolean;
    v_state    text;
    v_problem  text;
begin
    for v_role in
        select r.key as name, array(select pg_catalog.jsonb_array_elements_text(r.value)) || 'public'::text as groups
          from pg_catalog.jsonb_each(v_roles) as r
    loop
        perform pg_catalog.set_config('role', v_role.name, true);
        for v_case in
            select c.*
              from pg_catalog.jsonb_to_recordset(v_cases)
                   as c (class text, object text, col text, owner text, privilege text, sql text, keys jsonb, passes text[], not_owner boolean)
             where not (c.not_owner and c.owner = any (v_role.groups))
        loop
            v_tried := v_tried + 1;
            v_allowed := not exists (
                select
                  from pg_catalog.jsonb_array_elements(v_case.keys) as l (list)
                 where not exists (
                       select
                         from pg_catalog.jsonb_array_elements_text(l.list) as k (key)
                        cross join pg_catalog.unnest(v_role.groups) as g (name)
                        where v_declared ? (k.key || ':' || g.name)
                           or (k.key = '*' and g.name = '*')
                           or k.key = 'all'
                           or (k.key = 'others' and v_case.owner <> all (v_role.groups))));
            begin
                execute v_case.sql;
                raise exception using errcode = 'TB999'; -- so that nothing stays
            exception
                when sqlstate 'TB999' then v_state := '00000';
                when others then v_state := case when sqlstate = any (v_case.passes) then '00000' else sqlstate end;
            end;
            v_problem := case
                -- a view that nobody can write to, or a column of it, is refused before anybody is asked who wants to
                when v_state in ('55000', '0A000') and v_case.class in ('column', 'table') then case when v_allowed then 'was refused' end
                when v_state = '22012' and v_case.class = 'row security' then case when v_allowed then 'was not in force' end
                when v_state = '42501' then case when v_allowed then 'was refused' end
                when v_state = '00000' and v_case.class = 'row security' then case when not v_allowed then 'was in force' end
                when v_state = '00000' then case when not v_allowed then 'was allowed' end
                else pg_catalog.format('could not be tried (SQLSTATE %s)', v_state) end;
            if v_problem is not null then
                v_wrong := v_wrong || pg_catalog.jsonb_build_object('class', v_case.class, 'object', v_case.object, 'col', v_case.col,
                    'role', v_role.name, 'privilege', v_case.privilege, 'problem', v_problem);
            end if;
        end loop;
        perform pg_catalog.set_config('role', 'none', true);
    end loop;
    perform pg_catalog.set_config('daybook.prove', pg_catalog.jsonb_build_object('tried', v_tried, 'wrong', v_wrong)::text, true);
end
$prove$
