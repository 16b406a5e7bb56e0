package listing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// moreLinks are what links to the article say when they do not say its
// headline, as Fold writes them.
var moreLinks = words.Set("more_links")

// paperLinks are what links to the papers and recordings of a meeting say, as
// Fold writes them.
var paperLinks = words.Set("papers")

// formatWords are what links say of a file behind its name.
var formatWords = words.Set("file_formats")

// withoutFormat is the words of a link, as Fold writes them, without the format
// and size at their end: "agenda" of "Agenda PDF (2.5 MB)".
func withoutFormat(folded string) string {
	rest, named := folded, false
	for {
		i := strings.LastIndexByte(rest, ' ')
		if i < 0 {
			break
		}
		last := rest[i+1:]
		if !formatWords()[last] && (len(last) > 5 || strings.Trim(last, "0123456789mkb") != "") {
			break
		}
		named = named || formatWords()[last]
		rest = rest[:i]
	}
	if !named {
		return folded
	}
	return rest
}

// namesPaper reports what links to a paper of a meeting say.
func namesPaper(label string) bool {
	folded := news.Fold(label)
	_, what, _ := strings.Cut(folded, " ")
	return paperLinks()[withoutFormat(folded)] || paperLinks()[what]
}

// paperWords are headings over lists of the papers of meetings, as Fold writes
// them.
var paperWords = words.Set("papers_headings")

// overPapers reports whether a heading is one over papers of meetings.
func overPapers(heading string) bool {
	for word := range strings.FieldsSeq(heading) {
		if paperWords()[word] {
			return true
		}
	}
	return false
}

// moreVerbs may stand before these words: "View minutes".
var moreVerbs = words.Set("more_verbs")

// moreStarts begin such a link where the headline follows within it.
var moreStarts = words.Begins("more_starts")

// isMore reports whether a link says no more than that there is more.
func isMore(text string) bool {
	if len(text) > 160 || !mayBeMore(text) {
		return false
	}
	if text != "" && endsInNote(text) {
		if rest := fileNote.ReplaceAllString(text, ""); rest != "" {
			text = rest // "Télécharger (PDF - 210 Ko)"
		}
	}
	folded := news.Fold(text)
	if folded == "" {
		return false
	}
	if moreLinks()[folded] || paperLinks()[withoutFormat(folded)] {
		return true
	}
	if verb, what, _ := strings.Cut(folded, " "); moreVerbs()[verb] && (paperLinks()[what] || moreLinks()[what]) {
		return true
	}
	if moreStarts().Begin(folded) {
		return true
	}
	return startsDownload(folded)
}

// startsDownload reports a link that is the way to a file: "download report", "pdf 2 mb".
func startsDownload(folded string) bool {
	verb, _, found := strings.Cut(folded, " ")
	isShort := len(folded) < 16 && slices.Contains(downloadStarts()["short"], verb)
	return found && (isShort || slices.Contains(downloadStarts()["any"], verb))
}

// downloadStarts begin a link that is the way to a file.
var downloadStarts = words.InGroups("download_starts")

// mayBeMore is a cheap look at the first word of a text: those of nearly all
// headlines are of ASCII and none with which such links begin.
func mayBeMore(text string) bool {
	var word [32]byte
	n := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return true
		case texts.IsASCIILetter(c), c >= '0' && c <= '9':
			if n == len(word) {
				return false
			}
			word[n] = c | 0x20 // digits have that bit
			n++
		case n > 0:
			return moreFirstWords()[string(word[:n])]
		}
	}
	return moreFirstWords()[string(word[:n])]
}

// moreFirstWords are the first words of what links to the article say.
var moreFirstWords = words.FirstWords("more_links", "papers", "more_verbs", "more_starts")

// leadsBack reports whether a link of an article leads to the listing.
func leadsBack(text string) bool {
	if !texts.StartsWith(text, backWords()) {
		return false
	}
	_, rest, _ := strings.Cut(news.Fold(text), " ")
	first, _, _ := strings.Cut(rest, " ")
	return rest == "" || backTo()[first]
}

var backWords = words.Set("back")

var backTo = words.Set("back_to")

// isChromeWord reports headlines that belong to the page and not to a report.
func isChromeWord(text string) bool { return chromeWords()[news.Fold(text)] }

var chromeWords = words.Set("chrome_links")

// endsSentence reports whether a text ends as a sentence does.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'“”»«‘’)] ")
	for _, end := range []string{".", "!", "?", "…", ":"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// newsWords are headings over lists of news, as Fold writes them.
var newsWords = words.Set("news_headings")

// overWords are headings over lists that are not the news, as Fold writes them.
var overWords = words.GroupsAs("over_lists", func(group string) zone {
	return map[string]zone{"events": zoneEvent, "side": zoneSide}[group]
})
