-- Of accounts that are all moved, those that the role may manage.
select a.account_id::text, a.name
  from trading.accounts as a
 where case
           when $1::text is not null then a.account_id::text = lower($1) or a.name = $1
           else exists (
                   select 1
                     from settings.account_grants as g
                    where g.account_id = a.account_id and 'manage' = any (g.rights)
                      and (g.role_name = session_user or pg_has_role(session_user, to_regrole(quote_ident(g.role_name))::oid, 'member')))
       end
 order by a.account_id
