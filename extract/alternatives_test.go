package extract

import (
	"slices"
	"testing"
)

// TestAlternatives holds which machine-readable sources of a page are named,
// the best first, and what is none.
func TestAlternatives(t *testing.T) {
	for _, row := range []struct {
		name, head, body string
		want             []string
	}{
		{"RSS", `<link rel="alternate" type="application/rss+xml" title="Nachrichten" href="/feed/">`, "", []string{"rss https://stadt.example/feed/"}},
		{"Atom before RSS", `<link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" type="application/atom+xml" href="/atom.xml">`, "", []string{"atom https://stadt.example/atom.xml", "rss https://stadt.example/rss.xml"}},
		{"JSON Feed", `<link rel="alternate" type="application/feed+json" href="/feed.json">`, "", []string{"json-feed https://stadt.example/feed.json"}},
		{"JSON Feed under its old type", `<link rel="alternate" type="application/json" title="JSON Feed" href="/feed.json">`, "", []string{"json-feed https://stadt.example/feed.json"}},
		{"RSS as plain XML", `<link rel="alternate" type="text/xml" title="RSS" href="/rss/news.xml">`, "", []string{"rss https://stadt.example/rss/news.xml"}},
		{"WordPress", `<link rel="https://api.w.org/" href="https://stadt.example/wp-json/"><link rel="alternate" type="application/json" href="https://stadt.example/wp-json/wp/v2/pages/12"><link rel="alternate" type="application/json+oembed" href="https://stadt.example/wp-json/oembed/1.0/embed?url=x"><link rel="alternate" type="text/xml+oembed" href="https://stadt.example/wp-json/oembed/1.0/embed?format=xml">`, "",
			[]string{"wordpress https://stadt.example/wp-json/wp/v2/posts"}},
		{"comments", `<link rel="alternate" type="application/rss+xml" title="Stadt &raquo; Kommentar-Feed" href="/comments/feed/">`, "", nil},
		{"other languages and devices", `<link rel="alternate" hreflang="en" href="/en/"><link rel="alternate" media="only screen and (max-width: 640px)" href="https://m.stadt.example/">`, "", nil},
		{"news sitemap", `<link rel="sitemap" type="application/xml" href="/sitemap-news.xml"><link rel="sitemap" href="/sitemap.xml">`, "", []string{"news-sitemap https://stadt.example/sitemap-news.xml"}},
		{"links in the text", "", `<a href="/portal/rss.xml">RSS-Feed</a> <a href="/news.rss">RSS</a> <a href="/index.php?format=feed&amp;type=rss">RSS</a> <a href="/RSSFeed.aspx?ModID=1&amp;CID=All-newsflash.xml">RSS</a>`,
			[]string{"rss https://stadt.example/portal/rss.xml", "rss https://stadt.example/news.rss", "rss https://stadt.example/index.php?format=feed&type=rss", "rss https://stadt.example/RSSFeed.aspx?ModID=1&CID=All-newsflash.xml"}},
		{"an Atom feed and a JSON Feed in the text", "", `<a href="/news/atom.xml">Atom</a> <a href="/news/feed.json">JSON</a>`, []string{"atom https://stadt.example/news/atom.xml", "json-feed https://stadt.example/news/feed.json"}},
		{"feed that only its label tells", "", `<a href="/index.php?id=12&amp;type=9818" title="RSS abonnieren">RSS-Feed</a>`, []string{"rss https://stadt.example/index.php?id=12&type=9818"}},
		{"programs that make feeds", "", `<a href="/ViewPublisherRSS.php?view_id=2&amp;mode=agendas">RSS</a> <a href="/Feed.ashx?M=L&amp;ID=33">Subscribe</a> <a href="/mgRss.aspx?CID=135">RSS</a> <a href="/?feed=rss2">Feed</a> <a href="/news?format=rss">RSS</a>`,
			[]string{"rss https://stadt.example/ViewPublisherRSS.php?view_id=2&mode=agendas", "rss https://stadt.example/Feed.ashx?M=L&ID=33", "rss https://stadt.example/mgRss.aspx?CID=135", "rss https://stadt.example/?feed=rss2", "rss https://stadt.example/news?format=rss"}},
		{"a page about feeds", "", `<a href="/rss.aspx">RSS</a> <a href="/service/rss-feeds.html">Was sind RSS-Feeds?</a> <a href="/service/rss-hilfe.php">RSS-Hilfe</a> <a href="/feedback">Feedback</a>`, nil},
		{"named twice", `<link rel="alternate" type="application/rss+xml" href="/rss.xml">`, `<a href="/rss.xml">RSS</a>`, []string{"rss https://stadt.example/rss.xml"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := parseText(t, "https://stadt.example/aktuelles", `<!DOCTYPE html><html lang="de"><head><title>Stadt</title>`+row.head+`</head><body><main><h1>Aktuelles</h1>`+row.body+`</main></body></html>`)
			var got []string
			for _, a := range d.Listing().Better {
				got = append(got, a.Kind+" "+a.URL)
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("better = %q, want %q", got, row.want)
			}
		})
	}
}
