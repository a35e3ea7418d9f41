-- Configuration is data: every value has a version, every change is kept with its reason.

create schema if not exists settings;
comment on schema settings is
    'Configuration as data: settings with full history, time windows, the universe of coins, rights on accounts.';

create table settings.time_units (
    unit        text   not null,
    symbol      text   not null,
    duration_ms bigint not null,
    constraint time_units_pkey primary key (unit),
    constraint time_units_symbol_key unique (symbol),
    constraint time_units_duration_key unique (unit, duration_ms),
    constraint time_units_duration_positive check (duration_ms > 0)
);
comment on table settings.time_units is
    'Units of time of fixed length. Months and years are absent on purpose: their length varies.';
comment on column settings.time_units.symbol is 'How the unit is written in a window label: the m of 30m.';

insert into settings.time_units (unit, symbol, duration_ms) values
    ('millisecond', 'ms', 1),
    ('second', 's', 1000),
    ('minute', 'm', 60000),
    ('hour', 'h', 3600000),
    ('day', 'd', 86400000),
    ('week', 'w', 604800000);

-- unit_ms repeats the unit's length so that the duration can be a generated column; the foreign key keeps it true.
create table settings.windows (
    label       text    not null,
    unit        text    not null,
    unit_ms     bigint  not null,
    count       integer not null,
    duration_ms bigint  not null generated always as (count * unit_ms) stored,
    constraint windows_pkey primary key (label),
    constraint windows_unit_fkey foreign key (unit, unit_ms)
        references settings.time_units (unit, duration_ms) on update restrict on delete restrict,
    constraint windows_count_positive check (count > 0)
);
comment on table settings.windows is 'Time windows known by a label, with their computed length.';
comment on column settings.windows.label is
    'Count and symbol of the unit, as in 30m; util.window_ms() reads the same labels.';
comment on column settings.windows.unit_ms is
    'Length of the unit, equal to settings.time_units.duration_ms by foreign key.';
comment on column settings.windows.duration_ms is 'Length of the window in milliseconds, computed.';

insert into settings.windows (label, unit, unit_ms, count)
select w.count || u.symbol, u.unit, u.duration_ms, w.count
  from (values (1, 'minute'), (5, 'minute'), (15, 'minute'), (30, 'minute'), (1, 'hour'), (4, 'hour'), (1, 'day'), (1, 'week'))
           as w (count, unit)
  join settings.time_units as u on u.unit = w.unit;

create table settings.app_settings (
    key        text        not null,
    value      jsonb       not null,
    version    bigint      not null,
    updated_at timestamptz not null,
    ctx        jsonb,
    constraint app_settings_pkey primary key (key),
    constraint app_settings_version_positive check (version > 0)
);
comment on table settings.app_settings is
    'The current value of every setting. It equals the newest row of the key in settings.app_settings_history.';
comment on column settings.app_settings.key is 'Lower-case words joined by dots and underscores.';
comment on column settings.app_settings.version is
    'Number of the change that set this value; without gaps within a key.';
comment on column settings.app_settings.ctx is
    'Context of the caller that made the change: session, actor, correlation, cause, bot, fence.';

create table settings.app_settings_history (
    key           text        not null,
    version       bigint      not null,
    change_id     uuid        not null,
    value         jsonb       not null,
    reason        text        not null,
    restored_from bigint,
    changed_at    timestamptz not null,
    changed_by    name        not null default session_user,
    ctx           jsonb,
    constraint app_settings_history_pkey primary key (key, version),
    constraint app_settings_history_change_key unique (change_id),
    constraint app_settings_history_restored_fkey foreign key (key, restored_from)
        references settings.app_settings_history (key, version) on delete restrict,
    constraint app_settings_history_version_positive check (version > 0)
);
comment on table settings.app_settings_history is
    'Every change of every setting, append-only; the answer to a repeated change_id is read from here, for ever.';
comment on column settings.app_settings_history.change_id is 'Identity of the change, chosen by the caller.';
comment on column settings.app_settings_history.restored_from is
    'The version whose value a rollback brought back; null for a plain change.';
comment on column settings.app_settings_history.changed_by is 'The database role that was logged in.';

create table settings.coin_universe (
    symbol     text        not null,
    base       text        not null,
    quote      text        not null,
    enabled    boolean     not null,
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    ctx        jsonb,
    constraint coin_universe_pkey primary key (symbol),
    constraint coin_universe_version_positive check (version > 0)
);
comment on table settings.coin_universe is
    'Which symbols exist for this installation and which of them are enabled. Independent of venues: ref.instruments '
    'knows those.';
comment on column settings.coin_universe.version is
    'Rises by one with every change of the row; it is the version of its events.';

-- A revoked grant stays as a row without rights: nothing that took part in a decision is removed.
create table settings.account_grants (
    account_id uuid        not null,
    role_name  name        not null,
    rights     text[]      not null,
    granted_at timestamptz not null,
    granted_by name        not null default session_user,
    ctx        jsonb,
    constraint account_grants_pkey primary key (account_id, role_name),
    constraint account_grants_rights_known check (rights <@ array['read', 'trade', 'manage']::text[]),
    constraint account_grants_rights_not_null check (array_position(rights, null) is null)
);
comment on table settings.account_grants is
    'Which database role may do what for which account. Checked against the role that is logged in, never against a '
    'setting.';
comment on column settings.account_grants.role_name is 'A role, or a group role whose members then have the rights.';
comment on column settings.account_grants.rights is
    'Sorted subset of manage, read, trade: none includes another. Empty means revoked.';

-- The one row that says whether the book of an account is written here. It stays when the account is back: whoever asks where
-- the account was is told.
create table settings.account_fences (
    account_id uuid        not null,
    state      text        not null,
    place      text        not null,
    move_id    uuid        not null,
    progress   jsonb,
    changed_at timestamptz not null,
    ctx        jsonb,
    constraint account_fences_pkey primary key (account_id),
    constraint account_fences_state_known check (state in ('copying', 'leaving', 'moved', 'arriving', 'here'))
);
comment on table settings.account_fences is
    'Accounts whose book is on the move between two places, or was. settings.require_account() lets nobody write to the book of an account that is '
    'leaving, moved or arriving.';
comment on column settings.account_fences.state is
    'copying: the book is copied to place, and written here meanwhile. leaving: only the rest is missing there. moved: it is kept at place now. '
    'arriving: it is being copied from place. here: the move was ended, or given up.';
comment on column settings.account_fences.place is 'The other side of the move, as its URL without secrets.';
comment on column settings.account_fences.move_id is 'The move, the same on both sides.';
comment on column settings.account_fences.progress is 'Of an arriving account: how far the copy has come, in the words of the program that makes it.';
