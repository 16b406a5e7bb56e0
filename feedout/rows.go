package feedout

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// The rows of lists are written here. A page has hundreds of links in them, and
// as a template they would take several times longer than all the rest of it.
// What comes from elsewhere goes in by open, text and element, which escape it.

// html is what was written.
func (w *xmlWriter) html() template.HTML {
	return template.HTML(w.b) //nolint:gosec // see above
}

// link writes a link; an empty class is left out.
func (w *xmlWriter) link(class, to, text string) {
	w.open("a", "class", class, "href", to)
	w.text(text)
	w.end("a")
}

// value writes a link to a tag, place or source of an item.
func (c *chrome) value(w *xmlWriter, marked bool, class, to, text string) {
	if !marked {
		w.link(class, to, text)
		return
	}
	w.open("a", "class", class, "href", to)
	w.element("mark", text)
	w.end("a")
}

// isReason reports a tag, place or source that an item stands here for.
func (c *chrome) isReason(f news.Facet, name string) bool {
	if len(c.reasons) == 0 {
		return false
	}
	if f != news.Source {
		name = news.Slug(name)
	}
	return c.reasons[news.Term{Facet: f, Value: name}]
}

// span writes text of a class.
func (w *xmlWriter) span(class, text string) {
	w.open("span", "class", class)
	w.text(text)
	w.end("span")
}

// paragraph writes text of a class with what is sought in it marked.
func (w *xmlWriter) paragraph(class, text string, s sought) {
	w.open("p", "class", class)
	w.marked(text, s)
	w.end("p")
}

// days are items, which are ordered by Shown, under the days of the site's zone.
func (c *chrome) days(items []news.Item) template.HTML {
	w := &xmlWriter{b: make([]byte, 0, 1200*len(items))}
	last := ""
	for _, it := range items {
		at := it.Shown.In(c.x.Location)
		if day := at.Format(time.DateOnly); day != last {
			if last != "" {
				w.raw("</ol></section>\n")
			}
			w.raw(`<section class="day">`)
			w.element("h2", c.Day(at))
			w.raw("<ol class=\"items\">\n")
			last = day
		}
		c.row(w, it)
	}
	if last != "" {
		w.raw("</ol></section>\n")
	}
	return w.html()
}

// row writes an item as it stands in a list.
func (c *chrome) row(w *xmlWriter, it news.Item) {
	class, teaser := "", c.Brief(it.Teaser)
	if !it.Withdrawn.IsZero() {
		class, teaser = "gone", ""
	}
	w.raw("<li>")
	w.open("article", "class", class)
	c.picture(w, it)
	c.over(w, it)
	w.open("h3", "lang", c.ItemLang(it))
	w.open("a", "href", c.ItemPath(it.ID))
	w.marked(headline(it), c.sought)
	w.raw("</a></h3>")
	if teaser != "" {
		w.paragraph("teaser", teaser, c.sought)
	}
	if excerpt := c.sought.excerpt(it, teaser); excerpt != "" && class == "" {
		w.paragraph("teaser quiet", excerpt, c.sought)
	}
	w.raw(`<p class="under"><span class="from">`)
	if source := it.Source(); source != "" {
		c.value(w, c.isReason(news.Source, source), "", c.SourcePath(source), c.SourceTitle(source))
	}
	w.raw("</span>")
	for _, tag := range it.Tags {
		w.raw(" ")
		c.value(w, c.isReason(news.Tag, tag), "tag", c.TagPath(tag), line(tag))
	}
	w.raw("</p></article></li>\n")
}

// over writes the line over a headline.
func (c *chrome) over(w *xmlWriter, it news.Item) {
	w.raw(`<p class="over">`)
	switch {
	case it.Place != "":
		c.value(w, c.isReason(news.Place, it.Place), "place", c.PlacePath(it.Place), line(it.Place))
	case it.Kicker != "":
		w.span("place", line(it.Kicker))
	}
	if p := it.Published.Precision; p == news.Minute || p == news.Second {
		w.open("time", "datetime", c.ISO(it.Shown))
		w.text(c.Clock(it.Shown))
		w.end("time")
	}
	switch {
	case !it.Withdrawn.IsZero():
		w.span("mark", c.say("withdrawn"))
	case it.Revisions > 0:
		w.span("mark", c.say("updated"))
	}
	w.raw("</p>")
}

// cloud are tags or places as links of different weight; path is that of one
// before its slug.
func (c *chrome) cloud(list []weighted, path string) template.HTML {
	if len(list) == 0 {
		return ""
	}
	w := &xmlWriter{b: make([]byte, 0, 100*len(list))}
	w.raw(`<ul class="cloud">`)
	for _, v := range list {
		w.raw("<li>")
		w.open("a", "class", "w"+strconv.Itoa(v.Weight), "href", c.x.prefix+path+v.Slug, "title", c.count(v.Items, "item"))
		w.text(line(v.Name))
		w.raw("</a></li>")
	}
	w.raw("</ul>")
	return w.html()
}

// sourceList are sources with their items and states.
func (c *chrome) sourceList(rows []sourceRow) template.HTML {
	if len(rows) == 0 {
		return ""
	}
	w := &xmlWriter{b: make([]byte, 0, 200*len(rows))}
	w.raw(`<ul class="plain sources">`)
	for _, r := range rows {
		w.raw("<li>")
		w.link("", c.SourcePath(r.Name), line(r.Info.Title))
		w.raw(" ")
		w.span("num", c.number(r.State.Items))
		w.raw(" ")
		w.span("state "+string(r.State.Health), c.say(r.Health()))
		w.raw("</li>")
	}
	w.raw("</ul>")
	return w.html()
}

// alphabet are tags or places, which are in its order, by first letter.
func (c *chrome) alphabet(list []weighted, path string) template.HTML {
	w := &xmlWriter{b: make([]byte, 0, 120*len(list))}
	last := ""
	for _, v := range list {
		if letter := initial(v.Slug); letter != last {
			if last != "" {
				w.raw("</ul></section>\n")
			}
			w.raw("<section>")
			w.open("h2", "id", "letter-"+letter)
			w.text(letter)
			w.raw(`</h2><ul class="plain">`)
			last = letter
		}
		w.raw("<li>")
		w.link("", c.x.prefix+path+v.Slug, line(v.Name))
		w.raw(" ")
		w.span("num", c.number(v.Items))
		w.raw("</li>")
	}
	if last != "" {
		w.raw("</ul></section>\n")
	}
	return w.html()
}

// initial is the letter under which a slug stands: # for what begins with none.
func initial(slug string) string {
	if slug == "" || slug[0] < 'a' || slug[0] > 'z' {
		return "#"
	}
	return string(slug[0] - 'a' + 'A')
}

// initials are the letters under which a list stands.
func initials(list []weighted) (letters []string) {
	for _, v := range list {
		letters = append(letters, initial(v.Slug))
	}
	return slices.Compact(letters)
}
