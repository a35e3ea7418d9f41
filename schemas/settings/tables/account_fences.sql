-- daybook mirror: table settings.account_fences

create table settings.account_fences (
    account_id uuid not null,
    state text not null,
    place text not null,
    move_id uuid not null,
    progress jsonb,
    changed_at timestamp with time zone not null,
    ctx jsonb,
    constraint account_fences_pkey PRIMARY KEY (account_id),
    constraint account_fences_state_known CHECK ((state = ANY (ARRAY['copying'::text, 'leaving'::text, 'moved'::text, 'arriving'::text, 'here'::text])))
);

alter table settings.account_fences owner to daybook_owner;

comment on table settings.account_fences is 'Accounts whose book is on the move between two places, or was. settings.require_account() lets nobody write to the book of an account that is leaving, moved or arriving.';
comment on column settings.account_fences.state is 'copying: the book is copied to place, and written here meanwhile. leaving: only the rest is missing there. moved: it is kept at place now. arriving: it is being copied from place. here: the move was ended, or given up.';
comment on column settings.account_fences.place is 'The other side of the move, as its URL without secrets.';
comment on column settings.account_fences.move_id is 'The move, the same on both sides.';
comment on column settings.account_fences.progress is 'Of an arriving account: how far the copy has come, in the words of the program that makes it.';

grant select, insert on settings.account_fences to daybook_api;
grant select on settings.account_fences to daybook_audit;
grant update (state, place, move_id, progress, changed_at, ctx) on settings.account_fences to daybook_api;
