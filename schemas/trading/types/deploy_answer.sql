-- daybook mirror: type trading.deploy_answer

create type trading.deploy_answer as (
    outcome text,
    deploy_id uuid,
    state text,
    conflict_field text,
    refusal_code text,
    refusal_detail text
);

alter type trading.deploy_answer owner to daybook_owner;

comment on type trading.deploy_answer is 'What is answered to whoever asks for a deploy.';
