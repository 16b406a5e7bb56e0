package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/news"
)

// Bounds of what strangers may have sent to mailboxes.
const (
	confirmPatience = 24 * time.Hour // who has not confirmed by then is forgotten
	mostSubscribers = 5000           // with those who were asked
	mostAskedHourly = 60             // of all
	mostAskedOne    = 3              // questions to one mailbox that wait for an answer
)

// subscribersTry is the name under which it is noted that the mail server takes no mails
// for subscribers.
const subscribersTry = "subscribers"

// A subscriberStore keeps the mailboxes that get mails.
type subscriberStore interface {
	Subscribers(ctx context.Context) ([]news.Subscriber, error)         // the oldest first
	Subscriber(ctx context.Context, id string) (news.Subscriber, error) // news.ErrNotFound
	SaveSubscriber(ctx context.Context, one news.Subscriber) error      // in the place of one with the same ID
	DropSubscriber(ctx context.Context, id string) error                // news.ErrNotFound
}

// A mailDesk takes who wants a feed by mail (feedout.Mails). It sends nothing
// itself: the notifier does, wherever it runs.
type mailDesk struct {
	*core
	now func() time.Time
}

// Subscribe notes whom to ask. A mailbox that gets the feed already, was asked
// for it or has too many questions to answer is spared, which who typed it in
// does not see.
func (d mailDesk) Subscribe(ctx context.Context, one news.Subscriber) (taken bool, err error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	list, err := d.store.Subscribers(ctx)
	if err != nil {
		return false, err
	}
	now := d.now().UTC().Truncate(time.Second)
	lately, unanswered := 0, 0
	for _, other := range list {
		if strings.EqualFold(other.Mailbox, one.Mailbox) && other.Page == one.Page {
			return true, nil
		}
		if !other.Confirmed.IsZero() {
			continue
		}
		if now.Sub(other.Asked) < time.Hour {
			lately++
		}
		if bareMailbox(other.Mailbox) == bareMailbox(one.Mailbox) {
			unanswered++
		}
	}
	if unanswered >= mostAskedOne {
		return true, nil
	}
	if len(list) >= mostSubscribers || lately >= mostAskedHourly {
		return false, nil
	}
	one.ID, one.Asked, one.Confirmed = rand.Text(), now, time.Time{}
	if err := d.store.SaveSubscriber(ctx, one); err != nil {
		return false, err
	}
	d.hurry()
	return true, nil
}

// bareMailbox is a mailbox without what its reader may add to tell mails apart:
// mia+news@reader.example is mia@reader.example.
func bareMailbox(mailbox string) string {
	name, host, _ := strings.Cut(strings.ToLower(mailbox), "@")
	name, _, _ = strings.Cut(name, "+")
	return name + "@" + host
}

// hurry has the notifier look at once.
func (c *core) hurry() {
	select {
	case c.asked <- struct{}{}:
	default:
	}
}

// Confirm has the bearer of a token get mails, where it is meant.
func (d mailDesk) Confirm(ctx context.Context, token string, meant bool) (title string, err error) {
	one, err := d.store.Subscriber(ctx, token)
	if err != nil {
		return "", err
	}
	if unanswered(one, d.now()) {
		return "", news.ErrNotFound
	}
	if meant && one.Confirmed.IsZero() {
		one.Confirmed = d.now().UTC().Truncate(time.Second)
		err = d.store.SaveSubscriber(ctx, one)
		d.log.Info("a reader has subscribed by mail")
		d.hurry()
	}
	return one.Title, err
}

// unanswered reports that somebody was asked and has not answered in time.
func unanswered(one news.Subscriber, now time.Time) bool {
	return one.Confirmed.IsZero() && now.Sub(one.Asked) >= confirmPatience
}

// forget takes out all that is known of a subscriber.
func (c *core) forget(ctx context.Context, one news.Subscriber) error {
	if err := c.store.DropSubscriber(ctx, one.ID); err != nil {
		return err
	}
	key := subscriberKey(one)
	marks, err := c.store.Marks(ctx, key+"/")
	if err != nil {
		return err
	}
	for name := range marks {
		marks[name] = 0
	}
	return c.store.SetMarks(ctx, marks)
}

// subscriberKey begins the names of a subscriber's marks.
func subscriberKey(one news.Subscriber) string { return "subscriber/" + one.ID }

// mailSubscribers asks who is to be asked, and tells who has confirmed what is
// new. While the mail server is away nobody is tried; one mailbox that gets no
// mail keeps no other waiting.
func (n *notifier) mailSubscribers(ctx context.Context, now time.Time) {
	if n.tries.waits(subscribersTry, now) {
		return
	}
	list, err := n.store.Subscribers(ctx)
	for _, one := range list {
		key := subscriberKey(one)
		if err != nil || ctx.Err() != nil {
			break
		}
		if n.tries.waits(key, now) {
			continue
		}
		failed := n.mailSubscriber(ctx, one, now)
		var refused *notice.MailRefusal
		switch isRefusal := errors.As(failed, &refused); {
		case errors.Is(failed, news.ErrNotFound): // he has left meanwhile
		case isRefusal && refused.Never:
			n.log.Info("a mailbox that gets no mails is forgotten", "code", refused.Code)
			err = n.forget(ctx, one)
		case isRefusal:
			n.tries.note(key, failed, now)
			n.log.Warn("a mail to a subscriber was refused; it is tried again", "host", refused.Host, "code", refused.Code)
		default:
			n.tries.note(key, failed, now)
			err = failed
		}
	}
	n.tries.note(subscribersTry, err, now)
	if err != nil && ctx.Err() == nil {
		n.log.Warn("mails to subscribers were not sent; they are tried again", "err", err)
	}
}

// mailSubscriber sends one subscriber what he is to get by now.
func (n *notifier) mailSubscriber(ctx context.Context, one news.Subscriber, now time.Time) error {
	switch {
	case unanswered(one, now):
		return n.forget(ctx, one)
	case !n.config().Mail.Subscribe: // it was switched off; who has left all the same is forgotten
		return nil
	case one.Confirmed.IsZero():
		return n.askSubscriber(ctx, one, now)
	}
	dl, ok := n.subscription(one)
	if !ok {
		return nil
	}
	return n.deliver(ctx, dl, now)
}

// askSubscriber asks once whether the reader of a mailbox wants mails.
func (n *notifier) askSubscriber(ctx context.Context, one news.Subscriber, now time.Time) error {
	mark := subscriberKey(one) + "/asked"
	marks, err := n.store.Marks(ctx, mark)
	if err != nil || marks[mark] != 0 {
		return err
	}
	question := notice.Confirmation(news.MintID(mark), one.Title, n.base+"/confirm/"+one.ID, one.Language)
	if err := sendMail(ctx, n.config(), one.Mailbox, question); err != nil {
		return err
	}
	return n.store.SetMarks(ctx, map[string]uint64{mark: uint64(max(now.Unix(), 1))})
}

// subscription is what a subscriber gets; false: the saved filter is not there
// any more, or not for everybody.
func (n *notifier) subscription(one news.Subscriber) (dl delivery, ok bool) {
	cfg := n.config()
	dl = delivery{
		Notify: config.Notify{Name: subscribersTry, Digest: cfg.Mail.Digest},
		key:    subscriberKey(one), to: "a subscriber", mail: true, query: one.Query, title: one.Title, page: one.Page, token: one.ID,
	}
	if one.Feed != "" {
		i := slices.IndexFunc(cfg.Feeds, func(f config.Feed) bool {
			return !f.Private && (f.Name == one.Feed || slices.Contains(f.Formerly, one.Feed))
		})
		if i < 0 {
			return dl, false
		}
		dl.query = cfg.Feeds[i].Query()
		dl.query.All = append(slices.Clip(dl.query.All), one.Query.All...)
		dl.query.Not = append(slices.Clip(dl.query.Not), one.Query.Not...)
	}
	dl.send = func(ctx context.Context, m notice.Message) error {
		if _, err := n.store.Subscriber(ctx, one.ID); err != nil { // he may have left at this moment
			return fmt.Errorf("a subscriber: %w", err)
		}
		m.Language = one.Language
		return sendMail(ctx, cfg, one.Mailbox, m)
	}
	return dl, true
}

// subscriberCounts is how many get mails, and how many were asked.
type subscriberCounts struct {
	Confirmed int `json:"confirmed"`
	Asked     int `json:"asked"`
}

// countSubscribers answers with how many get mails; who they are is for
// stadtfeed subscribers to tell.
func (c *core) countSubscribers(r *http.Request, s *stream) error {
	n, err := c.subscriberCounts(r.Context())
	if err != nil {
		return err
	}
	return s.value(n)
}

func (c *core) subscriberCounts(ctx context.Context) (n subscriberCounts, err error) {
	list, err := c.store.Subscribers(ctx)
	for _, one := range list {
		if one.Confirmed.IsZero() {
			n.Asked++
		} else {
			n.Confirmed++
		}
	}
	return n, err
}

// A subscriberCollector tells the counts when it is asked, and nothing where the
// archive does not answer soon.
type subscriberCollector struct{ *core }

var subscriberGauge = prometheus.NewDesc("stadtfeed_subscriptions",
	"Feeds that readers get by mail (confirmed), or were asked about and have not answered (asked).", []string{"state"}, nil)

// Describe tells Prometheus what to expect.
func (c subscriberCollector) Describe(ch chan<- *prometheus.Desc) { ch <- subscriberGauge }

// Collect tells the counts.
func (c subscriberCollector) Collect(ch chan<- prometheus.Metric) {
	const patience = 2 * time.Second // a scrape waits ten
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n, err := c.subscriberCounts(ctx)
	if err != nil {
		return
	}
	for state, count := range map[string]int{"confirmed": n.Confirmed, "asked": n.Asked} {
		ch <- prometheus.MustNewConstMetric(subscriberGauge, prometheus.GaugeValue, float64(count), state)
	}
}
