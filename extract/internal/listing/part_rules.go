package listing

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
)

// A partRule tells which pieces of a row are for something else than its text.
type partRule struct {
	part part
	fits func(r *rowReader, i int, p *piece) bool
}

// partRules tell what a piece of a row is for; the first that fits decides.
var partRules = []partRule{
	{partPlace, (*rowReader).isPlacePiece},
	{partMore, func(_ *rowReader, _ int, p *piece) bool { return isMorePiece(p) }},
	{partOther, func(r *rowReader, i int, p *piece) bool { return p.head < 0 && r.isCredit(i) || r.isNextTime(i) }},
	{partOther, func(r *rowReader, _ int, p *piece) bool {
		return p.hint&besideText != 0 && p.head < 0 && p.link != r.row.link
	}},
	{partOther, func(_ *rowReader, _ int, p *piece) bool {
		return p.hint&dom.HintAuthor != 0 && p.head < 0 && len(p.text) < 120
	}},
	{partTags, func(r *rowReader, _ int, p *piece) bool { return r.isTagPiece(p) }},
	{partOther, func(r *rowReader, _ int, p *piece) bool { return r.isOtherLink(p) }},
	{partOther, func(r *rowReader, _ int, p *piece) bool { return r.isButtonPiece(p) }},
}

// besideText are the hints of what stands beside the text of a row.
const besideText = dom.HintShare | dom.HintComments | dom.HintCaption | dom.HintCredit

// isPlacePiece reports what its class calls the place: a list of places, or what
// stands beside the headline in a heading.
func (r *rowReader) isPlacePiece(i int, p *piece) bool {
	if p.hint&dom.HintPlace == 0 || len(p.text) > 60 {
		return false
	}
	if p.head >= 0 {
		return r.besideInHead(i)
	}
	return places.IsPlaceList(strings.TrimRight(p.text, ": "))
}

// isMorePiece reports "more" outside headings: a link, or what a class calls so.
func isMorePiece(p *piece) bool {
	if p.head >= 0 || !isMore(p.text) {
		return false
	}
	return p.link >= 0 || len(p.text) < 30 && p.hint&dom.HintMore != 0
}

// isTagPiece reports tags: by their class, or as links that say so.
func (r *rowReader) isTagPiece(p *piece) bool {
	if p.head >= 0 {
		return false
	}
	const other = dom.HintDate | dom.HintTeaser | dom.HintHeadline
	if p.link >= 0 && strings.Contains(r.d.Attr(p.link, "rel"), "tag") {
		return true
	}
	byClass := p.hint&(dom.HintTags|other) == dom.HintTags
	return byClass && p.link != r.row.link && p.time < 0 && len(p.text) < 120
}

// isOtherLink reports a link to the writer, or one that hands the page on.
func (r *rowReader) isOtherLink(p *piece) bool {
	return p.link >= 0 && (strings.Contains(r.d.Attr(p.link, "rel"), "author") || p.link != r.row.link && handsOn(r.d, p.link))
}

// isButtonPiece reports a button of a row whose text does not stand in one itself.
func (r *rowReader) isButtonPiece(p *piece) bool {
	return p.head < 0 && !r.entry.Anchored && !r.row.papers && isButton(r.d, p.from, r.row.from)
}
