package extract

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func parseFeedText(t *testing.T, address, contentType, text string) *Document {
	t.Helper()
	d, err := Parse(Page{URL: address, ContentType: contentType, Body: []byte(text)}, Options{})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

const rssText = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Stadt Lindenau</title><link>https://stadt.example/</link><language>de-DE</language>
<item><title>Fährbrücke wird saniert</title><link>https://stadt.example/a?utm_source=rss</link><guid isPermaLink="false">x1</guid>
<pubDate>Wed, 18 Nov 2026 09:30:00 +0100</pubDate><category>Verkehr</category><category>Bauen</category>
<description>&lt;p&gt;Die Brücke ist ab Montag gesperrt. […]&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Die Brücke ist ab Montag gesperrt.</p><script>x()</script><p><a href="/plan.pdf">Plan</a></p>]]></content:encoded>
<media:content url="https://stadt.example/b.jpg" medium="image"/></item>
<item><title>Haushalt 2027</title><guid>https://stadt.example/b</guid><pubDate>17.11.2026</pubDate><description>Der Rat hat den Haushalt beschlossen.</description></item>
<item><title>Ohne Adresse</title><description>x</description></item>
</channel></rss>`

func TestFeedListing(t *testing.T) {
	d := parseFeedText(t, "https://stadt.example/feed", "application/rss+xml", rssText)
	l := d.Listing()
	if d.Kind() != KindListing || l.Language != "de-DE" || len(l.Entries) != 2 || l.Evidence["entries"].Rule != "rss" {
		t.Fatalf("kind %s, language %s, %d entries by %v, want 2 of a German feed", d.Kind(), l.Language, len(l.Entries), l.Evidence["entries"])
	}
	e := l.Entries[0]
	for _, c := range []struct{ field, got, want string }{
		{"url", e.URL, "https://stadt.example/a?utm_source=rss"},
		{"headline", e.Headline, "Fährbrücke wird saniert"},
		{"published", e.Published.String(), "2026-11-18T09:30:00+01:00"},
		{"teaser", e.Teaser, "Die Brücke ist ab Montag gesperrt. …"},
		{"body", e.BodyHTML, "<p>Die Brücke ist ab Montag gesperrt.</p><p><a href=\"https://stadt.example/plan.pdf\">Plan</a></p>"},
		{"image", e.Image, "https://stadt.example/b.jpg"},
		{"tags", strings.Join(e.Tags, ","), "Verkehr,Bauen"},
		{"second url", l.Entries[1].URL, "https://stadt.example/b"},
		{"second date", l.Entries[1].Published.String(), "2026-11-17"},
	} {
		if strings.ReplaceAll(c.got, "\n", "") != c.want {
			t.Errorf("%s = %q, want %q", c.field, c.got, c.want)
		}
	}
}

func TestFeedForms(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String(strings.Replace(rssText, "UTF-8", "ISO-8859-1", 1))
	if err == nil || latin != "" {
		latin = strings.ReplaceAll(latin, "[…]", "")
	}
	for _, c := range []struct {
		name, contentType, text, rule string
		first                         string // headline
		date                          string
	}{
		{"atom", "application/atom+xml", `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>T</title><entry><title type="html">Neues &amp;amp; Altes</title><link href="/a"/><id>urn:x</id><updated>2026-11-18T10:00:00Z</updated><published>2026-11-17T10:00:00+01:00</published><summary>Kurz.</summary></entry></feed>`, "atom", "Neues & Altes", "2026-11-17T10:00:00+01:00"},
		{"json feed", "application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://stadt.example/a","title":"Neues","date_published":"2026-11-17T10:00:00+01:00","content_html":"<p>Text</p>"}]}`, "json-feed", "Neues", "2026-11-17T10:00:00+01:00"},
		{"wordpress posts", "application/json", `[{"id":7,"date":"2026-11-17T10:00:00","date_gmt":"2026-11-17T09:00:00","link":"https://stadt.example/a","title":{"rendered":"Neues &#8211; heute"},"content":{"rendered":"<p>Text</p>"},"excerpt":{"rendered":"<p>Kurz [&hellip;]</p>"}}]`, "wordpress", "Neues – heute", "2026-11-17T10:00:00+01:00"},
		{"news sitemap", "application/xml", `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://stadt.example/a</loc><news:news><news:publication><news:name>S</news:name><news:language>de</news:language></news:publication><news:publication_date>2026-11-17</news:publication_date><news:title>Neues</news:title></news:news></url><url><loc>https://stadt.example/impressum</loc></url></urlset>`, "news-sitemap", "Neues", "2026-11-17"},
		{"rdf", "application/rdf+xml", `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel><item><title>Neues</title><link>https://stadt.example/a</link><dc:date>2026-11-17T10:00:00+01:00</dc:date></item></rdf:RDF>`, "rss", "Neues", "2026-11-17T10:00:00+01:00"},
		{"latin-1", "text/xml", latin, "rss", "Fährbrücke wird saniert", "2026-11-18T09:30:00+01:00"},
	} {
		d := parseFeedText(t, "https://stadt.example/feed", c.contentType, c.text)
		l := d.Listing()
		if len(l.Entries) == 0 {
			t.Errorf("%s: no entries", c.name)
			continue
		}
		e := l.Entries[0]
		if e.Headline != c.first || e.Published.String() != c.date || string(l.Evidence["entries"].Rule) != c.rule {
			t.Errorf("%s: %q of %s by %s, want %q of %s by %s", c.name, e.Headline, e.Published, l.Evidence["entries"].Rule, c.first, c.date, c.rule)
		}
	}
}

func TestSitemapIndexNamesTheNewestNewsFirst(t *testing.T) {
	const index = `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://stadt.example/post-sitemap.xml</loc><lastmod>2026-11-20</lastmod></sitemap>
<sitemap><loc>/news-2025.xml</loc><lastmod>2025-12-31</lastmod></sitemap>
<sitemap><loc>/news-2026.xml</loc><lastmod>2026-11-20</lastmod></sitemap></sitemapindex>`
	d := parseFeedText(t, "https://stadt.example/sitemap.xml", "application/xml", index)
	l := d.Listing()
	want := []Alternative{{Kind: "news-sitemap", URL: "https://stadt.example/news-2026.xml"}, {Kind: "news-sitemap", URL: "https://stadt.example/news-2025.xml"}}
	if !d.IsFeed() || len(l.Entries) != 0 || !slices.Equal(l.Better, want) {
		t.Errorf("Listing() = %+v, want %v", l, want)
	}
}

func TestBrokenFeed(t *testing.T) {
	for _, text := range []string{`<?xml version="1.0"?><rss><channel><item>`, `{"version":"https://jsonfeed.org/version/1.1","items":[`, `[{"id":1,`, `<sitemapindex><sitemap><loc>`} {
		if _, err := Parse(Page{URL: "https://stadt.example/feed", Body: []byte(text)}, Options{}); err == nil {
			t.Errorf("Parse(%q) takes a broken feed for whole", text)
		}
	}
	if d := parseText(t, "https://stadt.example/", "<!-- x --><!DOCTYPE html><html><p>Seite"); d.IsFeed() {
		t.Error("a page is taken for a feed")
	}
}
