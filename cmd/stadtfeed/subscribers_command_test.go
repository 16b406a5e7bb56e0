package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Mailboxes are listed without the secrets of their mails, and ended with all
// that they subscribe to.
func TestSubscribersAreListedAndEnded(t *testing.T) {
	c := coreOf(t, "timezone: UTC\nstore: "+filepath.Join(t.TempDir(), "a.db"))
	day := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for n, one := range []news.Subscriber{
		{Mailbox: "mia@reader.example", Page: "/tags/verkehr", Confirmed: day},
		{Mailbox: "Mia@reader.example", Page: "/places/kassel"},
		{Mailbox: "ben@reader.example", Page: "/all", Confirmed: day},
	} {
		one.ID, one.Asked = fmt.Sprint("secret-", n), day.Add(time.Duration(n)*time.Hour)
		if err := c.store.SaveSubscriber(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	cl := withoutDaemon(c.handler(), func() error { return nil })
	for _, step := range []struct {
		end  []string
		want string
	}{
		{nil, "mia@reader.example  2026-11-20  /tags/verkehr\nMia@reader.example  not confirmed  /places/kassel\n"},
		{[]string{"ben@reader.example", "eva@reader.example"}, `"eva@reader.example" subscribes to nothing`},
		{[]string{"MIA@reader.example"}, "2 subscriptions ended"},
		{nil, "ben@reader.example  2026-11-20  /all\n"},
		{[]string{"ben@reader.example"}, "1 subscription ended"},
		{nil, "nobody subscribes by mail"},
	} {
		var out bytes.Buffer
		a := &app{out: &out}
		if err := a.tellSubscribers(t.Context(), c.config(), cl, subscriberOrder{step.end}); err != nil {
			out.WriteString(err.Error())
		}
		if got := out.String(); !strings.Contains(got, step.want) || strings.Contains(got, "secret-") {
			t.Errorf("ending %q: got %q, want %q and no secret", step.end, got, step.want)
		}
	}
}
