package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract"
)

// bodyShown is how many characters of a body try prints.
const bodyShown = 600

// print writes a finding for people.
func (f finding) print(p *printer) {
	preset := f.article.Preset
	if f.kind == extract.KindListing {
		preset = f.listing.Preset
	}
	how := "read by detection"
	if preset != "" {
		how = "preset " + preset
	}
	if f.language != "" {
		how += ", language " + f.language
	}
	if f.site > 1 {
		how += fmt.Sprintf(", articles in the light of %d pages of the site", f.site)
	}
	p.line("%s  %s", p.paint(bold, string(f.kind)), visible(f.url))
	p.line("%s", p.paint(dim, how))
	p.line("")
	if f.kind == extract.KindListing {
		f.printListing(p)
	} else {
		f.printArticle(p)
	}
	f.printWhy(p)
	for _, problem := range f.problems() {
		where := ""
		if problem.Field != "" {
			where = problem.Field + ": "
		}
		p.line("%s %s", p.paint(yellow, "problem:"), visible(where+problem.Message))
	}
	for i, article := range f.articles {
		p.line("")
		p.line("%s", p.paint(bold, fmt.Sprintf("── entry %d ──", i+1)))
		article.print(p)
	}
}

func (f finding) printArticle(p *printer) {
	it, evidence := f.article.Item, maps.Clone(f.article.Evidence)
	show := func(key, text string) {
		remark := remarkOf(evidence[key])
		delete(evidence, key)
		p.field(key, text, remark)
	}
	published := it.Published.String()
	if published != "" {
		published += " (" + string(it.Published.Precision) + ")"
	}
	show("place", it.Place)
	show("kicker", it.Kicker)
	show("headline", it.Headline)
	show("published", published)
	show("updated", it.Updated.String())
	show("teaser", it.Teaser)
	show("byline", it.Byline)
	show("tags", strings.Join(it.Tags, ", "))
	show("image", it.Image)
	show("image_credit", it.ImageCredit)
	body := []rune(it.BodyText)
	text := string(body)
	if len(body) > bodyShown {
		text = string(body[:bodyShown]) + fmt.Sprintf("… (%d characters)", len(body))
	}
	show("body", text)
	var files []string
	for _, at := range it.Attachments {
		files = append(files, strings.TrimSpace(fmt.Sprintf("%s %s %s", at.URL, at.Title, at.Type)))
	}
	show("attachments", strings.Join(files, "\n"))
	for _, key := range slices.Sorted(maps.Keys(evidence)) {
		p.field(key, "", remarkOf(evidence[key]))
	}
}

// remarkOf says where a value came from.
func remarkOf(e extract.Evidence) string {
	if e.Rule == "" {
		return ""
	}
	remark := "← " + string(e.Rule)
	if e.Where != "" {
		remark += " " + e.Where
	}
	if e.Raw != "" {
		remark += fmt.Sprintf(" %q", cut(e.Raw, 80))
	}
	if e.Note != "" {
		remark += " (" + e.Note + ")"
	}
	return remark
}

func (f finding) printListing(p *printer) {
	l := f.listing
	for i, e := range l.Entries {
		place := ""
		if e.Place != "" {
			place = e.Place + ": "
		} else if e.Kicker != "" {
			place = e.Kicker + ": "
		}
		p.line("%3d  %s  %s", i+1, pad(cut(dayOf(e), 10), 10), p.paint(bold, cut(visible(place+e.Headline), p.width-18)))
		if e.Teaser != "" {
			p.line("     %s  %s", pad("", 10), cut(visible(e.Teaser), p.width-18))
		}
		p.line("     %s  %s", pad("", 10), p.paint(dim, visible(e.URL)))
	}
	if len(l.Entries) == 0 {
		p.line("no entries")
	}
	p.line("")
	for _, key := range slices.Sorted(maps.Keys(l.Evidence)) {
		p.field(key, "", remarkOf(l.Evidence[key]))
	}
	if l.Next != "" {
		p.field("next page", l.Next, "")
	}
	for _, better := range l.Better {
		p.field("also offers", strings.TrimSpace(better.Kind+" "+better.URL+" "+better.Title), "")
	}
	for i, other := range l.Others {
		if i == 3 {
			break
		}
		p.field("runner-up", fmt.Sprintf("%s (%.0f %%): %s", other.Where, 100*other.Score, strings.Join(other.Samples, " · ")), "")
	}
}

// dayOf is the day of an entry as its town printed it.
func dayOf(e extract.Entry) string {
	day, _, _ := strings.Cut(e.Published.String(), "T")
	return day
}
