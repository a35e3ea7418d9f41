create or replace function trading._move_state(p_state text, p_step text, p_same_move boolean, p_same_place boolean) returns text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_step = 'copy' and (p_state = 'here' or p_state = 'copying' and p_same_move) then 'copying'
        when p_step = 'leave' and p_state in ('copying', 'leaving') and p_same_move then 'leaving'
        when p_step = 'left' and p_state in ('leaving', 'moved') and p_same_move then 'moved'
        when p_step = 'abort' and p_state in ('copying', 'leaving', 'here') and p_same_move then 'here'
        when p_step = 'arrive' and (p_state in ('unknown', 'moved') or p_state = 'arriving' and (p_same_move or p_same_place)) then 'arriving'
        when p_step = 'arrived' and p_state in ('arriving', 'here') and p_same_move then 'here'
    end
$$;

comment on function trading._move_state(text, text, boolean, boolean) is
    'What an account is after a step of its move, null where the step is illegal. An account that is arriving from a place may be brought from there '
    'by another move, when the first was given up.';
