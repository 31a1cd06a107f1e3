/**
 * First form. `records` and `lookups` are views folded from `change_log`; `documents`, `personal`, `sealed_keys` and
 * `tokens` are kept beside it and can be erased.
 */
export const FIRST_FORM = `
create table records (
  kind text not null,
  id text not null,
  due integer,
  body text not null,
  primary key (kind, id)
) without rowid, strict;
create index records_due on records (due) where due is not null;

create table lookups (
  kind text not null,
  field text not null,
  value text not null,
  id text not null,
  primary key (kind, field, value, id)
) without rowid, strict;
create index lookups_of on lookups (kind, id);

create table change_log (
  cursor integer primary key,
  station text not null,
  seq integer not null,
  id text,
  kind text,
  hash text not null,
  chain text not null,
  text text not null,
  at integer not null,
  personal_key text,
  personal_hash text,
  unique (station, seq)
) strict;
create unique index change_log_id on change_log (id) where id is not null;
create index change_log_unreadable on change_log (station, hash) where id is null;

create table documents (
  job text primary key,
  body text not null
) without rowid, strict;

create table personal (
  key text primary key,
  salt text not null,
  text text not null,
  hash text not null,
  to_erase integer not null default 0
) without rowid, strict;
create index personal_to_erase on personal (key) where to_erase = 1;

create table sealed_keys (
  job text not null,
  serial text not null,
  drive_id text not null,
  sealed text not null,
  primary key (job, serial)
) without rowid, strict;

create table tokens (
  id text primary key,
  hash text not null unique,
  role text not null,
  subscription text,
  name text,
  created_at integer not null,
  revoked_at integer
) strict;

create table meta (
  name text primary key,
  value text not null
) without rowid, strict;
`
