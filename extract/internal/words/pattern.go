package words

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// Regexp is a regular expression in which {{section}}, or {{section.group}},
// stands for any word or phrase of that section, so that the words of languages
// stay in their files:
//
//	var ofPosting = words.Regexp(`(?i){{posted_by}} (\S+)`)
//
// The phrases of such a section have a notation of their own. A star is any
// letters, "Autor*"; "#" is a number; bars in parentheses are a choice, "(Diese
// |)Seite teilen"; "…" is anything, and beside a space anything that does not go
// on with the word: "mehr … Meldung*" is found in "Mehr aktuelle Meldungen".
// Capitals count where the expression says so; a letter with a mark is found
// without it, too, unless it is all of the word.
func Regexp(text string) *lazy.Pattern {
	fill(text, func(section, _ string) string {
		readAsPhrases(section)
		return ""
	})
	return lazy.Made(func() string { return fill(text, alternatives) })
}

// fill is a text with something in the place of each {{section}}.
func fill(text string, with func(section, group string) string) string {
	before, rest, _ := strings.Cut(text, "{{")
	for rest != "" {
		name, after, _ := strings.Cut(rest, "}}")
		section, group, _ := strings.Cut(name, ".")
		before += with(section, group)
		after, rest, _ = strings.Cut(after, "{{")
		before += after
	}
	return before
}

// patterned are the sections whose words are phrases with the signs of Regexp.
var patterned = map[string]bool{}

func readAsPhrases(sections ...string) {
	registering.Lock()
	defer registering.Unlock()
	used = append(used, sections...)
	for _, name := range sections {
		patterned[name] = true
	}
}

// alternatives is the expression of any phrase of a section, the longest first;
// group is empty for all of it.
func alternatives(section, group string) string {
	var all []string
	for _, e := range library().sections[section] {
		if group == "" || e.Group == group {
			all = append(all, e.written)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	all = slices.Compact(all)
	for i, phrase := range all {
		all[i] = expression(phrase)
	}
	return "(?:" + strings.Join(all, "|") + ")"
}

// signs are what stands for something else in a phrase of a pattern.
var signs = strings.NewReplacer(
	" … ", `[^\pL\n](?:.*[^\pL\n])?`,
	" …", `(?:[^\pL\n].*)?`,
	"… ", `(?:.*[^\pL\n])?`,
	"…", `.*`,
	"*", `\pL*`,
	"#", `\d+`,
	"(", `(?:`, ")", `)`, "|", `|`,
	"'", `['’]`,
	".", `\.`, "+", `\+`, "?", `\?`, "[", `\[`, "]", `\]`, "$", `\$`,
)

// expression is a phrase as a regular expression.
func expression(phrase string) string {
	var b strings.Builder
	if utf8.RuneCountInString(phrase) == 1 {
		return regexp.QuoteMeta(phrase) // "è" is no "e"
	}
	for _, r := range signs.Replace(phrase) {
		lower := string(unicode.ToLower(r))
		plain, long := Fold(lower), Fold(digraphs.Replace(lower))
		switch {
		case r == '’' || plain == lower || plain == "":
			b.WriteRune(r)
		case plain == long:
			b.WriteString("(?:" + string(r) + "|" + plain + ")")
		default:
			b.WriteString("(?:" + string(r) + "|" + plain + "|" + long + ")")
		}
	}
	return b.String()
}

// Opening are the letters with which the phrases of patterned sections begin: a
// cheap look before the expression. Phrases that begin with a number or with
// anything are not among them.
func Opening(names ...string) func() Starts {
	readAsPhrases(names...)
	return sync.OnceValue(func() Starts {
		var list []Entry
		for _, name := range names {
			for _, e := range library().sections[name] {
				list = append(list, openings(e.written)...)
			}
		}
		return newStarts(list)
	})
}

// openings are the first letters of all that a phrase stands for: up to what is
// no letter.
func openings(phrase string) []Entry {
	var list []Entry
	for _, one := range choices(phrase) {
		end := strings.IndexFunc(one, func(r rune) bool { return !unicode.IsLetter(r) })
		open := end >= 0 && (one[end] == '*' || strings.HasPrefix(one[end:], "…"))
		if end >= 0 {
			one = one[:end]
		}
		for _, text := range spellings(one) {
			if text != "" {
				list = append(list, Entry{Text: text, Open: open})
			}
		}
	}
	return list
}

// choices are a phrase without its parentheses: one for each way through them.
func choices(phrase string) []string {
	before, rest, ok := strings.Cut(phrase, "(")
	if !ok {
		return []string{phrase}
	}
	var ways []string
	depth, from := 1, 0
	for i := range len(rest) {
		switch c := rest[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 1:
			depth--
		case c == '|' && depth == 1:
			ways, from = append(ways, rest[from:i]), i+1
		case c == ')':
			ways, rest = append(ways, rest[from:i]), rest[i+1:]
			return through(before, ways, rest)
		}
	}
	return []string{phrase} // the parenthesis is never closed, see checkPhrase
}

// through are the choices of a phrase whose first parenthesis holds these ways.
func through(before string, ways []string, after string) []string {
	var all []string
	for _, way := range ways {
		all = append(all, choices(before+way+after)...)
	}
	return all
}

// Landmarks are, for each way through the phrases of sections, letters that a
// text has that holds it: "ffentlicht von" of "veröffentlicht von". Each comes in
// small letters, with a capital, and in capitals.
func Landmarks(sections ...string) func() []string {
	readAsPhrases(sections...)
	return sync.OnceValue(func() []string {
		var marks []string
		for _, name := range sections {
			for _, e := range library().sections[name] {
				for _, way := range choices(e.written) {
					small := strings.ToLower(landmark(way))
					marks = append(marks, small, strings.ToUpper(small[:1])+small[1:], strings.ToUpper(small))
				}
			}
		}
		slices.Sort(marks)
		return slices.Compact(marks)
	})
}

// landmark is the longest run of letters of ASCII, stops and spaces in a way
// through a phrase; all of it where there is none.
func landmark(way string) string {
	longest := ""
	isPlain := func(r rune) bool { return r == ' ' || r == '.' || r|0x20 >= 'a' && r|0x20 <= 'z' }
	for run := range strings.FieldsFuncSeq(way, func(r rune) bool { return !isPlain(r) }) {
		if run = strings.TrimSpace(run); len(run) > len(longest) {
			longest = run
		}
	}
	return cmp.Or(longest, way)
}
