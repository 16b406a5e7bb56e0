package article

import (
	"html"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// readData reads the report from the data of the page's scripts, where the page
// itself shows hardly any text: {"title": "Bad öffnet", "body": "<p>Nach drei Wochen …"}.
func (r *reader) readData() {
	it := &r.art.Item
	if len(it.BodyText) >= obstacle.LittleText || r.art.Evidence["body"].Rule == rules.BySelector {
		return
	}
	named := it.Headline
	if r.from != nil {
		named = r.from.Headline
	}
	report := claims.StateReport(r.d, named)
	if report == nil {
		return
	}
	page := "<!DOCTYPE html><main><article><h1>" + html.EscapeString(report.Headline) + "</h1>" + report.Body + "</article></main>"
	inner, err := dom.New(read.Page{URL: r.d.Page.URL}, r.d.Options, []byte(page), nil)
	if err != nil {
		return // nested too deep
	}
	inner.Language = r.d.Language
	told := newReader(inner, nil)
	told.readHead()
	told.readTeaser()
	told.readMedia()
	told.readBody()
	if r.from == nil || r.from.Teaser == "" {
		told.readFirstParagraph()
	}
	if len(told.art.Item.BodyText) <= 2*len(it.BodyText) {
		return
	}
	it.BodyHTML, it.BodyText = told.art.Item.BodyHTML, told.art.Item.BodyText
	r.art.Evidence["body"] = read.Evidence{Rule: claims.PageData}
	r.fillFromData(report, told)
}

// fillFromData fills what the page left open with what its data say, and what
// their text shows. The headline that stands with the text is the report's.
func (r *reader) fillFromData(report *claims.Report, told *reader) {
	it, shown := &r.art.Item, &told.art.Item
	rule, cut := r.art.Evidence["headline"].Rule, strings.TrimRight(report.Headline, ".…")
	if rule != rules.BySelector && rule != rules.ByPreset && !strings.HasPrefix(texts.Key(it.Headline), texts.Key(cut)) {
		it.Headline, r.art.Evidence["headline"] = report.Headline, report.Evidence["headline"]
	}
	switch {
	case !it.Published.IsZero():
	case !report.Published.IsZero():
		it.Published, r.art.Evidence["published"] = report.Published, report.Evidence["published"]
	case !shown.Published.IsZero():
		it.Published, r.art.Evidence["published"] = shown.Published, told.art.Evidence["published"]
	}
	r.set("teaser", &it.Teaser, report.Teaser, report.Evidence["teaser"])
	r.set("teaser", &it.Teaser, shown.Teaser, told.art.Evidence["teaser"])
	r.set("byline", &it.Byline, shown.Byline, told.art.Evidence["byline"])
	r.set("image", &it.Image, shown.Image, told.art.Evidence["image"])
	if len(it.Tags) == 0 && len(shown.Tags) > 0 {
		it.Tags, r.art.Evidence["tags"] = shown.Tags, told.art.Evidence["tags"]
	}
	for _, a := range shown.Attachments {
		if !slices.Contains(it.Attachments, a) {
			it.Attachments = append(it.Attachments, a)
		}
	}
}
