-- The archive as design and documentation call it. Times are timestamptz, what
-- only we read is json or compressed bytes.

create table state (
  one         boolean primary key default true check (one),
  seq         bigint not null default 0,
  generation  bigint not null default 0,
  commits     bigint not null default 0, -- raised by all that decisions depend upon
  facets      bigint not null default 0, -- the last id of facets
  token       bigint not null default 0,
  created     timestamptz not null default now()
) with (fillfactor = 70);
insert into state default values;

create table items (
  seq        bigint primary key,
  shown      timestamptz not null,
  gone       boolean not null,    -- withdrawn
  forgotten  boolean not null,
  id         text not null,
  story      text not null,
  head       json not null
);
create index items_shown on items (shown, seq) where not forgotten;
create index items_story on items (story) where story <> '';

create table bodies (
  seq   bigint primary key,
  body  bytea not null
);

create table revisions (
  seq       bigint not null,
  number    integer not null,
  revision  bytea not null,
  primary key (seq, number)
);

create table names (
  name  bytea primary key,
  seq   bigint not null
);

create table titles (
  source    text not null,
  headline  bigint not null,
  seq       bigint not null,
  primary key (source, headline, seq)
);

create table facets (
  id       bigint primary key,
  kind     text not null,
  slug     text not null,
  name     text not null,
  items    bigint not null,
  unique (kind, slug)
) with (fillfactor = 70);

create table item_facets (
  facet  bigint not null,
  shown  timestamptz not null,
  seq    bigint not null,
  primary key (facet, shown, seq)
);
create index item_facets_seq on item_facets (facet, seq);

create table words (
  seq    bigint primary key,
  shown  timestamptz not null,
  words  tsvector not null
);
create index words_words on words using gin (words);

create table hosts (
  host   text primary key,
  next   timestamptz,           -- when it may be claimed; null: never
  token  bigint not null default 0,
  owner  text not null default '',
  held   boolean not null default false
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index hosts_next on hosts (next) where next is not null;

-- Who may ask a host now, over all processes.
create table turns (
  host          text primary key,
  turn          bigint not null,       -- how many there were
  busy_until    timestamptz not null,  -- by the one that has it
  free_at       timestamptz not null,  -- when the next may begin
  closed_until  timestamptz not null   -- for as long the host wants to be left alone
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);

create table sources (
  name        text primary key,
  host        text not null,
  due         timestamptz,
  configured  boolean not null,
  state       json not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index sources_host on sources (host) where configured;

create table pages (
  name     bytea primary key,
  address  text not null,      -- canonical; too long for a key
  source   text not null,
  next     timestamptz,
  page     json not null
);
create index pages_next on pages (source, next) where next is not null;

create table raw (
  name     bytea primary key,
  address  text not null,
  fetched  timestamptz not null,
  page     bytea not null
);
create index raw_fetched on raw (fetched);

create table visits (
  source  text not null,
  number  bigint not null,
  visit   json not null,
  primary key (source, number)
);

create table health (
  number  bigint primary key,
  change  json not null
);

create table held (
  name       bytea primary key,
  source     text not null,
  since      timestamptz not null,
  draft      json not null
);

-- What was committed on the last day, for other processes to hear of it.
create table changes (
  generation  bigint primary key,
  at          timestamptz not null,
  process     text not null,
  touched     json not null,  -- the tags, places and sources
  told        json not null
);

-- The processes that work with the archive, what only one of them does, and the
-- configurations in the order in which they were first put in force.
create table nodes (
  owner          text primary key,
  role           text not null,
  version        text not null,
  schema         integer not null,
  configuration  text not null,
  seen           timestamptz not null
);

create table duties (
  name   text primary key,
  owner  text not null,
  until  timestamptz not null
);

create table configurations (
  revision  bigint primary key,
  digest    text not null unique,
  since     timestamptz not null,
  by        text not null
);

create table kept (
  name  text primary key,
  data  bytea not null
);

create table marks (
  name   text primary key,
  value  bigint not null
);

create table saved (
  id      text primary key,
  made    timestamptz not null,
  search  json not null
);

create table likes (
  key    bigint not null,
  seq    bigint not null,
  shown  timestamptz not null,
  primary key (key, seq)
);
create index likes_shown on likes (shown);
