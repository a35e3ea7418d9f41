-- daybook mirror: function trading._deploy_transition(p_from text, p_to text, p_service boolean)

CREATE OR REPLACE FUNCTION trading._deploy_transition(p_from text, p_to text, p_service boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
 SELECT t.does
    FROM ( VALUES ('requested'::text,'starting'::text,true,'moves'::text), ('starting'::text,'shadowing'::text,true,'shadows'::text), ('starting'::text,'switching'::text,false,'switches'::text), ('shadowing'::text,'switching'::text,true,'switches'::text), ('switching'::text,'active'::text,true,'settles'::text), ('switching'::text,'rolled_back'::text,true,'goes back'::text), ('active'::text,'rolled_back'::text,true,'goes back'::text), ('requested'::text,'failed'::text,true,'ends'::text), ('starting'::text,'failed'::text,true,'ends'::text), ('shadowing'::text,'failed'::text,true,'ends'::text), ('requested'::text,'canceled'::text,true,'ends'::text), ('starting'::text,'canceled'::text,true,'ends'::text), ('shadowing'::text,'canceled'::text,true,'ends'::text)) t(state, next, of_bots, does)
   WHERE ((t.state = _deploy_transition.p_from) AND (t.next = _deploy_transition.p_to) AND (t.of_bots OR _deploy_transition.p_service));
END;

alter function trading._deploy_transition(p_from text, p_to text, p_service boolean) owner to daybook_api;

comment on function trading._deploy_transition(p_from text, p_to text, p_service boolean) is 'What a deploy does when it goes from one state to another: moves, shadows, switches, settles, goes back or ends; null where it may not go there. The states replaced, and active after it, are no choice: they follow from the switch or the roll back of another deploy.';

revoke execute on function trading._deploy_transition(p_from text, p_to text, p_service boolean) from public;
grant execute on function trading._deploy_transition(p_from text, p_to text, p_service boolean) to daybook_owner;
