package crawler

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// guarded gives a session that knows one public name, town.test, and dials
// everything else as the product does, with name lookups that find nothing.
func guarded(t *testing.T, d *desk, server string) *session {
	t.Helper()
	product := guard.Dialer(time.Second, false)
	product.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, fmt.Errorf("no name server in tests")
	}}
	transport := base(product, nil)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "town.test:") {
			return net.Dial(network, strings.TrimPrefix(server, "http://"))
		}
		return product.DialContext(ctx, network, address)
	}
	d.net.public = transport
	t.Cleanup(transport.CloseIdleConnections)
	return d.session("stadtfeed/1.0", "http://town.test/", 0, guard.Own{})
}

// TestNoWayInside redirects from a public site to the machine it runs on, in
// all spellings, and holds that nothing arrives there.
func TestNoWayInside(t *testing.T) {
	inside := newTown(t, "a")
	_, port, _ := strings.Cut(strings.TrimPrefix(inside.URL, "http://"), ":")
	target := ""
	outside := newTown(t)
	outside.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	})
	d := newDesk(t, oneSource(outside.URL))
	s := guarded(t, d, outside.URL)
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
		"localhost", "LOCALHOST.", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127.0.0.1%2e", "①②⑦.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "192.168.0.1",
	} {
		t.Run(host, func(t *testing.T) {
			target = "http://" + host + ":" + port + "/"
			a, err := s.get(t.Context(), "http://town.test/", news.PageState{})
			if err == nil {
				t.Fatalf("got %d %q", a.status, a.page.Body)
			}
			if f := FaultOf(err); f != FaultPrivate && f != FaultName && f != FaultAddress && f != FaultNetwork {
				t.Errorf("fault %q: %v", f, err)
			}
		})
	}
	if got := inside.asked(); len(got) != 0 {
		t.Errorf("the inside was asked %q", got)
	}
}

// TestRebinding holds that a name which is public when it is looked at and
// internal when it is dialled is refused: the check is at the dial.
func TestRebinding(t *testing.T) {
	inside := newTown(t, "a")
	d := newDesk(t, oneSource(inside.URL))
	transport := d.net.public.(*http.Transport)
	// localhost stands for a name whose answer has changed.
	address := strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)
	s := d.session("stadtfeed/1.0", address, 0, guard.Own{})
	if _, err := s.get(t.Context(), address, news.PageState{}); FaultOf(err) != FaultPrivate {
		t.Errorf("fault %q: %v", FaultOf(err), err)
	}
	transport.CloseIdleConnections()
	if got := inside.asked(); len(got) != 0 {
		t.Errorf("the inside was asked %q", got)
	}
}

// TestProxyOfTheEnvironmentIsNotUsed holds that HTTP_PROXY does not lead past
// the address check.
func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	if transport := newTransport(time.Now, nil).public.(*http.Transport); transport.Proxy != nil {
		t.Error("the transport has a proxy")
	}
}

func TestDowngradeIsRefusedUnlessAllowed(t *testing.T) {
	d := newDesk(t, oneSource("http://127.0.0.1:1"))
	s := d.session("x", "https://town.test/", 0, guard.OwnOf("https://town.test/"))
	from, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://town.test/", nil)
	to, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://town.test/", nil)
	if err := s.redirect(to, []*http.Request{from}); FaultOf(err) != FaultRedirect {
		t.Errorf("downgrade: %v", err)
	}
	s.downOK = true
	if err := s.redirect(to, []*http.Request{from}); err != nil {
		t.Errorf("allowed downgrade: %v", err)
	}
}

// TestAddressThatCollyRefusesHoldsNobodyUp holds that the answer to a question
// that was asked without colly gives the host free, though colly then refuses
// the address.
func TestAddressThatCollyRefusesHoldsNobodyUp(t *testing.T) {
	d := newDesk(t, "")
	d.net.private = roundTrip(func(r *http.Request) (*http.Response, error) {
		res := &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(""))}
		if r.URL.Path == "/" {
			res.StatusCode = http.StatusFound
			res.Header.Set("Location", "/other")
		}
		return res, nil
	})
	const address = "http://stadt<1.example/"
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 2 {
		s := d.session("stadtfeed/1.0", address, 0, guard.OwnOf(address))
		if _, err := s.get(ctx, address, news.PageState{ETag: `"1"`}); err == nil || s.requests == 0 {
			t.Fatalf("get = %v after %d requests, want colly's refusal after some", err, s.requests)
		}
	}
	if ctx.Err() != nil {
		t.Error("the second request waited for the first one's answer to be closed")
	}
}

// TestPermissionDoesNotSpread holds that allow_private is for the configured
// host and port: what its pages redirect and link to is as public as ever.
func TestPermissionDoesNotSpread(t *testing.T) {
	inside := newTown(t, "geheim")
	w := newTown(t, "b", "a")
	elsewhere := func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, inside.URL+"/news/geheim", http.StatusFound)
	}
	w.override = map[string]http.HandlerFunc{"/news/b": elsewhere, "/weiter": elsewhere}
	d := newDesk(t, oneSource(w.URL))
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != 2 {
		t.Errorf("visit: %+v", v)
	}
	s := d.session("stadtfeed/1.0", w.URL, 0, guard.OwnOf(w.URL))
	for _, address := range []string{w.URL + "/weiter", inside.URL + "/news/geheim"} {
		if _, err := s.get(t.Context(), address, news.PageState{}); FaultOf(err) != FaultPrivate {
			t.Errorf("get(%s): fault %q, %v", address, FaultOf(err), err)
		}
	}
	if got := inside.asked(); len(got) != 0 {
		t.Errorf("the inside was asked %q", got)
	}
}

// TestArticleOnAnotherSiteIsNotAskedFor holds that an article which redirects
// to another site costs that site nothing, not even a robots.txt.
func TestArticleOnAnotherSiteIsNotAskedFor(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override = map[string]http.HandlerFunc{"/news/b": func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://www.other.example/b", http.StatusFound)
	}}
	d := newDesk(t, oneSource(w.URL))
	public := 0
	d.net.public = roundTrip(func(r *http.Request) (*http.Response, error) {
		public++
		return nil, fmt.Errorf("%s was asked for", r.URL)
	})
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Failed != 0 || public != 0 {
		t.Errorf("visit %+v, the other site had %d requests, want 2 added and none", v, public)
	}
}
