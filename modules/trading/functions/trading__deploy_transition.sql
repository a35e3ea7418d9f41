-- What is not here is refused. A bot cannot be switched to a build that was not in shadow; a service has nothing to compare and may skip it.
create or replace function trading._deploy_transition(p_from text, p_to text, p_service boolean) returns text
language sql immutable parallel safe
begin atomic
    select t.does
      from (values
            ('requested', 'starting',    true,  'moves'),
            ('starting',  'shadowing',   true,  'shadows'),
            ('starting',  'switching',   false, 'switches'),
            ('shadowing', 'switching',   true,  'switches'),
            ('switching', 'active',      true,  'settles'),
            ('switching', 'rolled_back', true,  'goes back'),
            ('active',    'rolled_back', true,  'goes back'),
            ('requested', 'failed',      true,  'ends'),
            ('starting',  'failed',      true,  'ends'),
            ('shadowing', 'failed',      true,  'ends'),
            ('requested', 'canceled',    true,  'ends'),
            ('starting',  'canceled',    true,  'ends'),
            ('shadowing', 'canceled',    true,  'ends')
           ) as t (state, next, of_bots, does)
     where t.state = p_from and t.next = p_to and (t.of_bots or p_service);
end;

comment on function trading._deploy_transition(text, text, boolean) is
    'What a deploy does when it goes from one state to another: moves, shadows, switches, settles, goes back or ends; null where it may not go there. The '
    'states replaced, and active after it, are no choice: they follow from the switch or the roll back of another deploy.';
