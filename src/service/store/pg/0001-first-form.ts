/**
 * The same tables as in SQLite (whose second step this first form holds already). Texts compare by their bytes (`collate "C"`), as they do there, whatever the
 * database's own collation is.
 */
export const FIRST_FORM = `
create table records (
  kind text collate "C" not null,
  id text collate "C" not null,
  due bigint,
  body text not null,
  changed text not null default '{}',
  primary key (kind, id)
);
create index records_due on records (due) where due is not null;

create table lookups (
  kind text collate "C" not null,
  field text collate "C" not null,
  value text collate "C" not null,
  id text collate "C" not null,
  primary key (kind, field, value, id)
);

create table change_log (
  cursor bigint primary key,
  station text collate "C" not null,
  seq bigint not null,
  id text collate "C",
  kind text collate "C",
  hash text collate "C" not null,
  chain text collate "C" not null,
  text text not null,
  at bigint not null,
  personal_key text collate "C",
  personal_hash text collate "C",
  unique (station, seq)
);
create unique index change_log_id on change_log (id) where id is not null;
create index change_log_unreadable on change_log (station, hash) where id is null;

create table documents (
  job text collate "C" primary key,
  body text not null
);

create table personal (
  key text collate "C" primary key,
  salt text not null,
  text text not null,
  hash text not null,
  to_erase bigint not null default 0
);
create index personal_to_erase on personal (key) where to_erase = 1;

create table sealed_keys (
  job text collate "C" not null,
  serial text collate "C" not null,
  drive_id text not null,
  sealed text not null,
  primary key (job, serial)
);

create table tokens (
  id text collate "C" primary key,
  hash text collate "C" not null unique,
  role text not null,
  subscription text,
  name text,
  created_at bigint not null,
  revoked_at bigint
);

create table meta (
  name text collate "C" primary key,
  value text not null
);
`
