package article

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// What other pages of the site have, too, is evidence against its being of this
// report; see Site.

// ofSiteHeading reports whether a heading stands in its place on other pages.
func (r *reader) ofSiteHeading(h *headlineCandidate) bool {
	return r.d.Options.Site.Repeats(r.headingPrint(h.at, h.key))
}

// inHeadlinePlace reports whether a heading stands where other pages have one
// that says something else.
func (r *reader) inHeadlinePlace(h *headlineCandidate) bool {
	s := r.d.Options.Site
	return s.Repeats(r.placePrint(h.at)) && !s.Repeats(r.headingPrint(h.at, h.key))
}

// partSaysNothing reports whether a part of a title is of no report in
// particular: by its words, or because other pages have it, too.
func (r *reader) partSaysNothing(part string) bool {
	if r.saysNothing(part) || r.section != "" && texts.Key(part) == r.section {
		return true
	}
	s := r.d.Options.Site
	return s.Pages() > 1 && s.Repeats(textPrint(printTitle, part))
}

// dropSharedClaims leaves out descriptions that other pages declare, too.
func (r *reader) dropSharedClaims() {
	s := r.d.Options.Site
	if s.Pages() < 2 {
		return
	}
	r.claims[claims.OfDescription] = slices.DeleteFunc(r.claims[claims.OfDescription],
		func(c claims.Claim) bool { return s.Repeats(textPrint(printMeta, c.Value)) })
}

// ownTags are tags without those that nearly all of four or more pages have:
// they are a bar of the site's topics. Of two or three pages it takes besides
// that the report does not use the word.
func (r *reader) ownTags(tags []string) []string {
	s := r.d.Options.Site
	if s.Pages() < 2 {
		return tags
	}
	text := ""
	return slices.DeleteFunc(slices.Clone(tags), func(tag string) bool {
		if !s.Everywhere(textPrint(printTag, tag), 2) {
			return false
		}
		if text == "" {
			text = r.reportKey(6000)
		}
		return s.Pages() >= 4 || !strings.Contains(text, " "+texts.Key(tag)+" ")
	})
}

// doubtSharedDates weighs days that nearly all of three or more pages show in
// one place as no publication.
func (r *reader) doubtSharedDates(all []dateCandidate) {
	s := r.d.Options.Site
	for i := range all {
		c := &all[i]
		if c.at == 0 || s.Pages() < 3 {
			continue
		}
		if print := r.blockPrint(r.block[c.at]); s.Everywhere(print, 3) {
			c.weight -= 6
			c.named = false
			c.evidence.Note = fmt.Sprintf("repeated on %d of %d pages", s.On(print), s.Pages())
		}
	}
}

// coreText is how much of its own a block before which or behind which chrome
// may stand has at least; longChrome is how long a line may be that is chrome
// because one other page has it.
const (
	coreText   = 60
	longChrome = 80
)

// dropShared leaves out, before and behind the core of the report, what other
// pages have in the same place. Within the core sentences stay: reports share
// them. One other page is enough for short lines only.
func (b *bodyReader) dropShared() {
	s := b.d.Options.Site
	if s.Pages() < 2 {
		return
	}
	shared, core := b.sharedBeforeCore(b.blocks)
	if core {
		backward := slices.Clone(b.blocks)
		slices.Reverse(backward)
		behind, _ := b.sharedBeforeCore(backward)
		shared = append(shared, behind...)
	}
	length, most := int32(0), 0
	for _, i := range shared {
		length, most = length+b.ownText[i], max(most, s.On(b.blockPrint(i)))
	}
	if len(shared) == 0 || !core && length > mostShared {
		return
	}
	for _, i := range shared {
		b.dropOwnText(i)
	}
	b.bodySeen.Note = fmt.Sprintf("without %d lines that are repeated on up to %d of %d pages", len(shared), most, s.Pages())
}

// sharedBeforeCore are the blocks that other pages have, too, up to the first
// that is the report's own; core tells whether there is one.
func (b *bodyReader) sharedBeforeCore(blocks []dom.NodeID) (shared []dom.NodeID, core bool) {
	for _, i := range blocks {
		if b.dropped(i) {
			continue
		}
		on := b.d.Options.Site.On(b.blockPrint(i))
		switch {
		case on < 2 && b.ownText[i] >= coreText:
			return shared, true
		case on == 2 && b.ownText[i] >= longChrome:
			return nil, true
		case on > 1:
			shared = append(shared, i)
		}
	}
	return shared, false
}

// dropOwnText leaves out the texts directly in a block.
func (b *bodyReader) dropOwnText(block dom.NodeID) {
	for t := block; t < b.d.Nodes[block].End; t++ {
		b.drop[t] = b.drop[t] || b.d.Nodes[t].Flags&dom.IsText != 0 && b.block[t] == block
	}
}

// mostShared is how much text may go where all of it is shared: of a report that
// is but a file or a picture. More is another version of the report.
const mostShared = 600

// listedHeadline is the headline that the listing has; empty where it has none
// that tells of a report.
func (r *reader) listedHeadline() string {
	if r.from == nil || !texts.HasLetters(r.from.Headline) || r.saysNothing(r.from.Headline) {
		return ""
	}
	return r.from.Headline
}

// yieldsToListing reports whether the headline that was found on the page gives
// way to the listing's: it says nothing, or other pages have it, too, or neither
// the page's titles nor the listing know it.
func (r *reader) yieldsToListing(best *headlineCandidate, telling []string) bool {
	listed := texts.Key(r.listedHeadline())
	switch {
	case listed == "":
		return false
	case best.at < 0, r.saysNothing(best.text), r.ofSiteHeading(best):
		return true
	case containsWords(best.key, listed), containsWords(listed, best.key), commonPrefix(best.key, listed) >= 12, r.inHeadlinePlace(best):
		return false
	}
	isToldBy := func(title string) bool { return titleMatch(best.key, title) > 0.3 }
	return strings.Contains(listed, " ") && !slices.ContainsFunc(telling, isToldBy)
}

// listedDayWins reports whether the listing's day is believed rather than one
// that the page shows without saying that it is the publication: no label says
// so, or but "Datum" or "Erstellt", and neither <time> nor class nor declaration
// holds it.
func (r *reader) listedDayWins(best *dateCandidate) bool {
	if r.from == nil || r.from.Published.IsZero() || r.from.Ahead {
		return false
	}
	isSaid := best.labelled && !best.weakly || best.evidence.Rule != rules.Dateline
	return !isSaid && best.moment.String()[:10] != r.from.Published.String()[:10]
}

// takeListedHeadline takes the headline from the listing.
func (r *reader) takeListedHeadline(best headlineCandidate) {
	r.headline = best.at
	if line := r.titleLine([]claims.Claim{{Value: r.from.Headline}}); line.at >= 0 {
		r.headline = line.at
	}
	note := ""
	if best.at >= 0 {
		note = "the page's own heading is " + texts.Shorten(best.text, 60)
		if s := r.d.Options.Site; r.ofSiteHeading(&best) {
			note += fmt.Sprintf(", repeated on %d of %d pages", s.On(r.headingPrint(best.at, best.key)), s.Pages())
		}
	}
	r.set("headline", &r.art.Item.Headline, r.from.Headline, r.evidenceOfListing("headline", note))
}

// noteHeading says of the evidence for a headline why the first heading is not it.
func (r *reader) noteHeading(e read.Evidence) read.Evidence {
	s := r.d.Options.Site
	if s.Pages() < 2 {
		return e
	}
	for _, i := range r.d.Head.Heads {
		text := r.headingText(i)
		if n := s.On(r.headingPrint(i, texts.Key(text))); n > 1 && r.d.Nodes[i].Tag == atom.H1 {
			e.Note = fmt.Sprintf("the heading %q is repeated on %d of %d pages", texts.Shorten(text, 60), n, s.Pages())
			break
		}
	}
	return e
}

// evidenceOfListing is the evidence for what the listing says of a field.
func (r *reader) evidenceOfListing(field, note string) read.Evidence {
	e := r.from.Evidence[field]
	return read.Evidence{Rule: rules.ByListing, Where: e.Where, Raw: e.Raw, Note: note}
}
