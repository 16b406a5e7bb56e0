package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	noticeEvery    = 30 * time.Second // how often it is looked for what is to be told, if no commit says so
	noticePatience = 48 * time.Hour   // an item that could not be told for so long is told no more
	noticeAge      = 72 * time.Hour   // published longer ago when it was first seen, an item is no news
	noticesAtOnce  = 10               // when more items wait than this, they are told together
	itemsInNotice  = 50               // the rest is a number
	noticeQueue    = 500              // items that are looked at together
	lastSeq        = 1 << 39
)

// A delivery is one receiver of one notice: a webhook or a mailbox. How far it
// was told is kept in the archive under its key.
type delivery struct {
	config.Notify
	key   string // "notice/verkehr/hook", "notice/verkehr/" and a hash of the mailbox
	to    string // for logs: a host or mailbox
	mail  bool
	query news.Query
	title string                                            // for readers
	page  string                                            // where all items of the notice are
	token string                                            // at which its mails are ended; empty: see core.token
	send  func(ctx context.Context, m notice.Message) error // errors name no secret
}

// deliveries are all receivers of all notices, in the order of the file.
func (c *core) deliveries() (all []delivery) {
	cfg := c.config()
	for _, n := range cfg.Notify {
		dl := delivery{Notify: n, query: n.Query(), title: noticeTitle(n, cfg), page: "/"}
		if n.Feed != "" {
			dl.page = "/feeds/" + n.Feed
		}
		if n.Webhook != "" {
			dl.key, dl.to = "notice/"+n.Name+"/hook", "the webhook"
			dl.send = func(ctx context.Context, m notice.Message) error {
				h, err := n.Hook()
				if err != nil {
					return err
				}
				h.Agent = "stadtfeed/" + version()
				return h.Deliver(ctx, m)
			}
			all = append(all, dl)
		}
		for _, to := range n.Mail {
			dl.key, dl.to, dl.mail = "notice/"+n.Name+"/"+news.MintID(to), to, true
			dl.send = func(ctx context.Context, m notice.Message) error { return sendMail(ctx, cfg, to, m) }
			all = append(all, dl)
		}
	}
	return all
}

// sendMail sends a message to a mailbox.
func sendMail(ctx context.Context, cfg *config.Config, to string, m notice.Message) error {
	p, err := cfg.Mail.Post()
	if err != nil {
		return err
	}
	p.Agent = "stadtfeed/" + version()
	return p.Deliver(ctx, to, m)
}

// A notifier tells of new items: each receiver each item once, in the order in
// which the archive got them.
type notifier struct {
	*core
	base  string // of addresses
	tries retries
}

// sendNotices tells of new items after each commit that brought some, and of
// digests when they are due.
func (d *service) sendNotices(ctx context.Context) error {
	d.notifier.core = d.core
	added := make(chan struct{}, 1)
	defer d.store.Subscribe(nudging(added))()
	for {
		d.notifier.base = d.baseOf(d.config())
		if d.has(dutyNotices) {
			d.notifier.run(ctx, time.Now())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-added:
		case <-d.asked:
		case <-time.After(noticeEvery):
		}
	}
}

// nudging has a channel hear of commits that brought items.
func nudging(to chan struct{}) func(news.Committed) {
	return func(c news.Committed) {
		if len(c.Added) == 0 {
			return
		}
		select {
		case to <- struct{}{}:
		default:
		}
	}
}

// run tells every receiver what is to be told by now. One that refuses is asked
// again after a while, and holds nobody else up for longer than one try.
func (n *notifier) run(ctx context.Context, now time.Time) {
	for _, dl := range n.deliveries() {
		if dl.Health || ctx.Err() != nil || n.tries.waits(dl.key, now) {
			continue
		}
		err := n.deliver(ctx, dl, now)
		n.tries.note(dl.key, err, now)
		if err != nil && ctx.Err() == nil {
			n.log.Warn("a notice was not delivered; it is tried again", "notice", dl.Name, "to", dl.to, "err", err)
		}
	}
	n.mailSubscribers(ctx, now)
}

// deliver tells one receiver what is new.
func (n *notifier) deliver(ctx context.Context, dl delivery, now time.Time) error {
	marks, err := n.store.Marks(ctx, dl.key+"/")
	if err != nil {
		return err
	}
	next, ended := marks[dl.key+"/next"], marks[dl.key+"/ended"]
	if next == 0 {
		return n.begin(ctx, dl, now)
	}
	if ended != 0 || !dl.due(marks, n.config().Location, now) {
		return nil
	}
	q := dl.query
	q.BySeq, q.After, q.Limit, q.Heads = true, next-1, noticeQueue, true
	if last := marks[dl.key+"/batch"]; last >= next { // that was not told to its end
		q.Before = last + 1
	}
	items, err := n.store.Items(ctx, q)
	switch {
	case err != nil:
		return err
	case len(items) == 0 && q.Before > 0: // the rest of them was withdrawn meanwhile
		return n.mark(ctx, dl, q.Before, now)
	case len(items) == 0:
		return nil
	}
	fresh, err := n.fresh(ctx, items, now)
	if err != nil {
		return err
	}
	return n.tell(ctx, dl, fresh, items[len(items)-1].Seq, now)
}

// begin has a new receiver told of what comes from now on.
func (n *notifier) begin(ctx context.Context, dl delivery, now time.Time) error {
	latest, err := n.store.Items(ctx, news.Query{Before: lastSeq, Limit: 1, Heads: true, Withdrawn: true})
	if err != nil {
		return err
	}
	next := uint64(1)
	if len(latest) > 0 {
		next = latest[0].Seq + 1
	}
	return n.mark(ctx, dl, next, now)
}

// mark keeps that all items before one were told. A digest is told then.
func (n *notifier) mark(ctx context.Context, dl delivery, next uint64, now time.Time) error {
	marks := map[string]uint64{dl.key + "/next": next}
	if !dl.Digest.IsZero() {
		marks[dl.key+"/digest"] = uint64(max(now.Unix(), 1))
	}
	return n.store.SetMarks(ctx, marks)
}

// due reports whether a receiver is to be told now: at once, or when his digest is due.
func (dl delivery) due(marks map[string]uint64, loc *time.Location, now time.Time) bool {
	if dl.Digest.IsZero() {
		return true
	}
	last := time.Unix(int64(marks[dl.key+"/digest"]), 0) //nolint:gosec // seconds that we wrote
	return !now.Before(dl.Digest.Next(last, loc))
}

// tell tells of items: each alone, or together where it is a digest or they are
// many. Items up to seq last were looked at. That is noted first: after an end in
// the middle the same items make the same notices under the same ids, whatever has
// come since, and a receiver that knows an id misses nothing.
func (n *notifier) tell(ctx context.Context, dl delivery, items []news.Item, last uint64, now time.Time) error {
	if len(items) > 0 {
		if err := n.store.SetMarks(ctx, map[string]uint64{dl.key + "/batch": last}); err != nil {
			return err
		}
	}
	if dl.Digest.IsZero() && len(items) <= noticesAtOnce {
		for _, it := range items {
			if err := n.send(ctx, dl, []news.Item{it}); err != nil {
				return err
			}
			if err := n.mark(ctx, dl, it.Seq+1, now); err != nil {
				return err
			}
		}
		items = nil
	}
	if len(items) > 0 {
		if err := n.send(ctx, dl, items); err != nil {
			return err
		}
	}
	return n.mark(ctx, dl, last+1, now)
}

// send delivers one message. Its id is that of its receiver and first item, so
// that one which is repeated after a kill is known by it.
func (n *notifier) send(ctx context.Context, dl delivery, items []news.Item) error {
	cfg := n.config()
	m := notice.Message{
		ID: fmt.Sprintf("%s-%d", news.MintID(n.base+dl.key), items[0].Seq), Language: cfg.Language,
		Title: dl.title, Link: n.base + dl.page,
	}
	for _, it := range items[:min(len(items), itemsInNotice)] {
		source := ""
		if len(it.Sources) > 0 {
			if src, ok := cfg.Source(it.Sources[0]); ok {
				source = src.DisplayTitle()
			}
		}
		m.Items = append(m.Items, notice.ItemOf(it, source, cfg.Location))
	}
	m.More = len(items) - len(m.Items)
	if err := n.unsubscribable(ctx, dl, &m); err != nil {
		return err
	}
	return dl.send(ctx, m)
}

// noticeTitle is what a notice is called for readers.
func noticeTitle(n config.Notify, cfg *config.Config) string {
	for _, f := range cfg.Feeds {
		if f.Name == n.Feed {
			return f.DisplayTitle()
		}
	}
	return cmp.Or(n.Name, cfg.Title)
}

// fresh are the items that are news: not of a backfill, of a source's first
// visit or of a relaunch, not published long before they were seen, and not
// waiting for too long.
func (n *notifier) fresh(ctx context.Context, items []news.Item, now time.Time) (fresh []news.Item, err error) {
	since := map[string]time.Time{} // by source: what was seen before then is of its first visit
	for _, it := range items {
		old := now.Sub(it.FirstSeen) > noticePatience || it.FirstSeen.Sub(it.Shown) > noticeAge
		if it.Backfilled || old || len(it.Sources) == 0 {
			continue
		}
		source := it.Sources[0]
		if _, known := since[source]; !known {
			if since[source], err = n.secondVisit(ctx, source, now); err != nil {
				return nil, err
			}
		}
		if !it.FirstSeen.Before(since[source]) {
			fresh = append(fresh, it)
		}
	}
	return fresh, nil
}

// secondVisit is when the visit after the first successful one began; zero where
// that is forgotten, after now where there was none yet.
func (n *notifier) secondVisit(ctx context.Context, source string, now time.Time) (time.Time, error) {
	const kept = 200 // visits of each source
	visits, err := n.store.Visits(ctx, source, kept)
	if err != nil || len(visits) == kept {
		return time.Time{}, err
	}
	slices.Reverse(visits)
	i := slices.IndexFunc(visits, func(v news.Visit) bool { return v.Err == "" })
	if i < 0 || i+1 == len(visits) {
		return now.Add(noticePatience), nil
	}
	return visits[i+1].Started.Truncate(time.Second), nil // moments of items are whole seconds
}

// unsubscribable gives a mail the address at which its receiver ends it.
func (n *notifier) unsubscribable(ctx context.Context, dl delivery, m *notice.Message) error {
	if !dl.mail {
		return nil
	}
	token, err := dl.token, error(nil)
	if token == "" {
		token, err = n.token(ctx, dl.key)
	}
	m.Unsubscribe = n.base + "/unsubscribe/" + token
	return err
}

// token is what only the receiver of a delivery knows, by a secret of the archive.
func (c *core) token(ctx context.Context, key string) (string, error) {
	const names = "secret/unsubscribe-"
	marks, err := c.store.Marks(ctx, names)
	if err != nil {
		return "", err
	}
	if len(marks) < 2 {
		var random [16]byte
		rand.Read(random[:]) //nolint:errcheck // it never fails
		marks = map[string]uint64{names + "1": binary.BigEndian.Uint64(random[:]) | 1, names + "2": binary.BigEndian.Uint64(random[8:]) | 1}
		if err := c.store.SetMarks(ctx, marks); err != nil {
			return "", err
		}
	}
	secret := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, marks[names+"1"]), marks[names+"2"])
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(key)) //nolint:errcheck // a sum takes all
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:18]), nil
}

// unsubscribe is the notice whose mail had a token; where it is meant, that
// receiver gets no more of them. news.ErrNotFound: nobody has this token.
func (c *core) unsubscribe(ctx context.Context, token string, meant bool) (title string, err error) {
	if one, err := c.store.Subscriber(ctx, token); !errors.Is(err, news.ErrNotFound) {
		if err == nil && meant {
			err = c.forget(ctx, one)
		}
		return one.Title, err
	}
	for _, dl := range c.deliveries() {
		want, err := c.token(ctx, dl.key)
		if err != nil {
			return "", err
		}
		if !hmac.Equal([]byte(want), []byte(token)) {
			continue
		}
		if meant {
			err = c.store.SetMarks(ctx, map[string]uint64{dl.key + "/ended": uint64(max(time.Now().Unix(), 1))})
			c.log.Info("a receiver of a notice has unsubscribed", "notice", dl.Name, "to", dl.to)
		}
		return dl.title, err
	}
	return "", news.ErrNotFound
}
