package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// sectionHeading are headings of what stands below a report and is no part of
// it.
var sectionHeading = words.Regexp(`(?i)^[^\pL\d]*{{section_headings}}[^\pL\d]*\d*[^\pL\d]*$`)

// boilerplateLine are lines of their own that systems put around reports.
var boilerplateLine = words.Regexp(`(?i)^[\s«»‹›<>|←→↑▲·•-]*(?:{{system_lines}}(?:\s*\(\d+\))?` +
	`|{{cover_pictures}}\b\s*(?::|©|{{credited_to}}\b|\().*|{{credit_labels}}: .*|©.*)[\s«»‹›<>|←→↑▲·•.…!-]*$`)

// captionLine is a short line that ends in whose picture it is.
var captionLine = words.Regexp(`(?i)(?:©|\(c\)|\b{{caption_marks}})[^.!?]*$`)

// authorCredit is a short line that names the author.
var authorCredit = words.Regexp(`^(?i:{{author_credits}}):? \p{Lu}[^.!?]+$`)

// boilerplateStarts are the words that such lines begin with: looking one up
// costs far less than the expression.
var boilerplateStarts = words.Opening("system_lines", "cover_pictures", "credit_labels", "author_credits")

// startsBoilerplate looks at the first words of a text.
func startsBoilerplate(text string) bool {
	word := firstWord(text)
	if word == "" {
		return len(text) < 60
	}
	return boilerplateStarts().Begin(words.Fold(word))
}

// sectionStarts are the words that such headings begin with.
var sectionStarts = words.Opening("section_headings")

// startsSection reports whether a heading opens what is no part of the report.
func startsSection(text string) bool {
	word := firstWord(text)
	if word != "" && !sectionStarts().Begin(words.Fold(word)) && !strings.Contains(text, "nteress") {
		return false
	}
	return sectionHeading.MatchString(text)
}

// firstWord is the first word of a text in lower case; empty where it begins
// with a digit or a mark that is no bullet.
func firstWord(text string) string { return strings.ToLower(texts.WordOf(text)) }
