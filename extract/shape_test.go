package extract

import (
	"fmt"
	"strings"
	"testing"
)

func shapeOf(t *testing.T, body string) Shape {
	t.Helper()
	d, err := Parse(Page{URL: "https://stadt.example/", ContentType: "text/html", Body: []byte("<!doctype html><title>Stadt</title>" + body)}, Options{NoPreset: true})
	if err != nil {
		t.Fatal(err)
	}
	return d.Shape()
}

func TestShape(t *testing.T) {
	page := func(frame, row string, rows int) string {
		var b strings.Builder
		for i := range rows {
			fmt.Fprintf(&b, row, i, i)
		}
		return fmt.Sprintf(frame, b.String())
	}
	const (
		frame = `<header class="site-head"><nav class="menu main-menu"><ul class="level"><li class="entry"><a class="link" href="/">Start</a></li></ul></nav></header><main class="content"><section class="news-list">%s</section></main><footer class="foot"><p class="imprint">Impressum</p></footer>`
		row   = `<article class="news-item uid-%d"><h2 class="title"><a href="/%d">Meldung</a></h2><p class="teaser">Worum es geht.</p><span class="date">10.06.2026</span></article>`
		other = `<div class="card number-%d"><div class="card-body"><h3 class="card-title"><a class="stretched" href="/%d">Meldung</a></h3><time class="card-date">10.06.2026</time><div class="card-text">Worum es geht.</div></div></div>`
	)
	usual := shapeOf(t, page(frame, row, 10))
	for _, tt := range []struct {
		name, body string
		min, max   float64
	}{
		{"the same", page(frame, row, 10), 0, 0},
		{"fewer rows", page(frame, row, 2), 0, 0},
		{"a notice above the news", `<div class="notice"><strong>Das Rathaus ist heute geschlossen.</strong></div>` + page(frame, row, 10), 0.05, 0.2},
		{"other rows in the same frame", page(frame, other, 10), 0.2, 0.5},
		{"all new", page(`<div id="app"><div class="wrapper"><div class="grid">%s</div></div></div>`, other, 10), 0.7, 1},
	} {
		if got := shapeOf(t, tt.body).New(usual); got < tt.min || got > tt.max {
			t.Errorf("%s: %.2f is new, want %.2f to %.2f", tt.name, got, tt.min, tt.max)
		}
	}
	if feed := shapeOf(t, ""); feed == (Shape{}) {
		t.Error("an empty page has a body, and so a shape")
	}
	d, err := Parse(Page{URL: "https://stadt.example/rss", Body: []byte(`<rss version="2.0"><channel><title>Stadt</title><item><title>Meldung</title><link>https://stadt.example/1</link></item></channel></rss>`)}, Options{})
	if err != nil || d.Shape() != (Shape{}) {
		t.Errorf("a feed has the shape %x, %v", d.Shape(), err)
	}
}
