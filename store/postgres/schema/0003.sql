-- Who gets changed feeds by WebSub. Earlier versions kept them in one record.
create table subscriptions (
  topic     text not null,
  callback  text not null,
  secret    text not null,
  expires   timestamptz not null,
  seen      text not null,                 -- digest of what was sent last
  heard     timestamptz not null,
  failures  integer not null default 0,    -- deliveries in a row
  next      timestamptz,                   -- attempt
  taken     timestamptz,                   -- a server delivers until then
  primary key (topic, callback)
) with (fillfactor = 70);
insert into subscriptions (topic, callback, secret, expires, seen, heard)
  select s->>'topic', s->>'callback', coalesce(s->>'secret', ''), (s->>'expires')::timestamptz, s->>'seen',
    coalesce((s->>'heard')::timestamptz, now())
  from kept, json_array_elements(convert_from(data, 'UTF8')::json) s where name = 'hub'
  on conflict do nothing;
drop table kept;
