package feedout

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestExternalHubIsTold(t *testing.T) {
	told := make(chan url.Values, 10)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		told <- r.PostForm
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(hub.Close)
	f := sample(t)
	s := newServer(t, f, func(x *Site, _ *Options) { x.Hub = hub.URL + "/" })
	contains(t, get(t, s, "/all.atom").Body.String(), `<link href="`+hub.URL+`/" rel="hub">`)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for f.subscribed() == nil {
		time.Sleep(time.Millisecond)
	}
	f.add(news.Item{Headline: "Neu", Tags: []string{"TikTok"}, Place: "Bad Arolsen", Sources: []string{"kassel"}, Shown: noon})
	form := await(t, told, "announcement")
	var want []string
	for _, path := range []string{"/all", "/sources/kassel", "/places/bad-arolsen", "/tags/tiktok", "/feeds/digital"} {
		for _, ending := range []string{".rss", ".atom", ".json"} {
			want = append(want, "https://feeds.example.org/nord"+path+ending)
		}
	}
	if form.Get("hub.mode") != "publish" || !slices.Equal(form["hub.url"], want) {
		t.Errorf("the hub was told %v, want %v", form, want)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
