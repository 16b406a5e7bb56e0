-- Mailboxes that get mails of a feed, or were asked whether they want them.
create table subscribers (
  id          text primary key,
  asked       timestamptz not null,
  subscriber  json not null
);
