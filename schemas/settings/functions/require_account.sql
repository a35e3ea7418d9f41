-- daybook mirror: function settings.require_account(p_account_id uuid, p_right text)

CREATE OR REPLACE FUNCTION settings.require_account(p_account_id uuid, p_right text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_fence settings.account_fences;
begin
    if settings._has_right(p_account_id, p_right) then
        return;
    end if;

    perform settings._require_right(p_account_id, p_right);
    if p_right = 'read' then
        return;
    end if;

    select f.* into v_fence
      from settings.account_fences as f
     where f.account_id = p_account_id and f.state in ('leaving', 'moved', 'arriving');
    if v_fence.state = 'moved' then
        raise exception 'the book of account % was moved to %', p_account_id, v_fence.place
            using errcode = 'TB005', hint = 'Connect to that place and repeat the call there.';
    elsif v_fence.state is not null then
        raise exception 'the book of account % is being moved % %', p_account_id,
                case v_fence.state when 'leaving' then 'to' else 'here from' end, v_fence.place
            using errcode = 'TB005',
                  hint = 'Repeat the call when the move has ended, at the place where the book is then; daybook book move --abort gives a move up.';
    end if;
end
$function$;

alter function settings.require_account(p_account_id uuid, p_right text) owner to daybook_api;

comment on function settings.require_account(p_account_id uuid, p_right text) is 'Returns if the role that is logged in, or a group it is a member of, has the right for the account, and, unless it is the right to read, if the book of the account is written here. 42501 without the right, the same for an account that does not exist; TB005 for an account that is kept elsewhere, or on its way.';

revoke execute on function settings.require_account(p_account_id uuid, p_right text) from public;
grant execute on function settings.require_account(p_account_id uuid, p_right text) to daybook_owner;
