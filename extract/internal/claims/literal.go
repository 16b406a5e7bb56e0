package claims

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// A literalReader reads a value as scripts write it, which is JSON with liberties:
// keys without quotes, 'single quotes', !0 for true, void 0, a comma too many.
// What is computed, such as a call, is null.
type literalReader struct {
	text  string
	at    int
	names map[string]any // the parameters of the function around the value
	deep  int
}

// scriptCall is a function that is called at once, as Nuxt hands its data over:
// (function(a,b){return {title:a,date:b}}("Bad öffnet","2024-06-10")).
var scriptCall = lazy.Regexp(`^\(?\s*(?:function\s*\(([\w$,\s]*)\)\s*\{|\(\s*\(?([\w$,\s]*)\)?\s*=>\s*)`)

// scriptValue is the value at the beginning of a script's text; nil where there is
// no object and no list.
func scriptValue(text string) any {
	text = strings.TrimSpace(text)
	call := scriptCall.FindStringSubmatch(text)
	if call == nil {
		return composite((&literalReader{text: text}).value())
	}
	parameters, from := call[1]+call[2], len(call[0])
	// The arguments stand behind the value: it is read twice, first to know where it ends.
	starts := strings.Index(text[from:], "return")
	if starts < 0 {
		return nil
	}
	from += starts + len("return")
	r := &literalReader{text: text, at: from}
	r.value()
	r.skip("});, \t\r\n")
	names := r.arguments(parameters)
	return composite((&literalReader{text: text, at: from, names: names}).value())
}

// composite is a value that may hold others; nil where it is none.
func composite(value any) any {
	switch value.(type) {
	case map[string]any, []any:
		return value
	}
	return nil
}

// arguments are the values that a function is called with, by the names of its
// parameters. Lists and objects are left out: a text may be named thousands of
// times, and a list that is would make the value grow beyond its text.
func (r *literalReader) arguments(parameters string) map[string]any {
	names := make(map[string]any)
	if r.peek() != '(' {
		return names
	}
	given := r.list(')')
	for i, name := range strings.Split(parameters, ",") {
		if i < len(given) && composite(given[i]) == nil {
			names[strings.TrimSpace(name)] = given[i]
		}
	}
	return names
}

// peek is the next character that is no space; 0 at the end.
func (r *literalReader) peek() byte {
	r.skip(" \t\r\n")
	if r.at >= len(r.text) {
		return 0
	}
	return r.text[r.at]
}

func (r *literalReader) skip(these string) {
	for r.at < len(r.text) && strings.IndexByte(these, r.text[r.at]) >= 0 {
		r.at++
	}
}

// value reads the next value. It always moves on, but at the end.
func (r *literalReader) value() any {
	switch c := r.peek(); {
	case c == 0:
		return nil
	case c == '{' && r.deep < deepestData:
		return r.object()
	case c == '[' && r.deep < deepestData:
		return r.list(']')
	case c == '"' || c == '\'' || c == '`':
		return r.quoted()
	case c == '!':
		r.at++
		return r.word() == "0" // scripts that were made small write !0 for true
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	return r.named()
}

func (r *literalReader) number() float64 {
	from := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.at]) >= 0 {
		r.at++
	}
	number, _ := strconv.ParseFloat(r.text[from:r.at], 64)
	return number
}

// named is what a word stands for; nil for what is computed.
func (r *literalReader) named() any {
	switch word := r.word(); word {
	case "true":
		return true
	case "false":
		return false
	default:
		if value, known := r.names[word]; known {
			return value
		}
	}
	r.stepOver()
	return nil
}

// stepOver goes to the comma or bracket behind what is computed.
func (r *literalReader) stepOver() {
	for open := 0; r.at < len(r.text); {
		switch r.text[r.at] {
		case '"', '\'', '`':
			r.quoted()
			continue
		case '(', '[', '{':
			open++
		case ',':
			if open == 0 {
				return
			}
		case ')', ']', '}':
			if open == 0 {
				return
			}
			open--
		}
		r.at++
	}
}

// word is the next run of letters, digits and what else names have.
func (r *literalReader) word() string {
	from := r.at
	for r.at < len(r.text) && isWordByte(r.text[r.at]) {
		r.at++
	}
	return r.text[from:r.at]
}

func isWordByte(c byte) bool {
	isLetter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
	isDigit := c >= '0' && c <= '9'
	return isLetter || isDigit || strings.IndexByte("_$.", c) >= 0
}

// list reads the values up to a bracket.
func (r *literalReader) list(closing byte) []any {
	all := []any{}
	r.at++
	r.deep++
	for c := r.peek(); c != 0 && c != closing; c = r.peek() {
		before := r.at
		if c != ',' {
			all = append(all, r.value())
		}
		if r.peek() == ',' || r.at == before {
			r.at++
		}
	}
	r.at++
	r.deep--
	return all
}

// object reads the pairs up to the brace.
func (r *literalReader) object() map[string]any {
	o := make(map[string]any)
	r.at++
	r.deep++
	for c := r.peek(); c != 0 && c != '}'; c = r.peek() {
		before, key := r.at, ""
		if c == '"' || c == '\'' {
			key = r.quoted()
		} else {
			key = r.word()
		}
		switch r.peek() {
		case ':':
			r.at++
			o[key] = r.value()
		case ',', '}':
			if value, known := r.names[key]; known { // {title} is {title: title}
				o[key] = value
			}
		}
		if r.peek() == ',' || r.at == before {
			r.at++
		}
	}
	r.at++
	r.deep--
	return o
}

// quoted reads a text within quotation marks.
func (r *literalReader) quoted() string {
	quote := r.text[r.at]
	r.at++
	var b strings.Builder
	for r.at < len(r.text) && r.text[r.at] != quote {
		if r.text[r.at] != '\\' {
			b.WriteByte(r.text[r.at])
			r.at++
			continue
		}
		b.WriteRune(r.escaped())
	}
	r.at++
	return b.String()
}

// escapes are the characters that a letter behind a backslash stands for.
var escapes = map[rune]rune{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}

// escaped reads the character that a backslash and what is behind it stand for.
func (r *literalReader) escaped() rune {
	r.at++
	if r.at == len(r.text) {
		return ' '
	}
	char, size := utf8.DecodeRuneInString(r.text[r.at:])
	r.at += size
	switch known, isKnown := escapes[char]; {
	case char == 'x':
		return r.hex(2)
	case char == 'u':
		first := r.hex(4)
		if utf16.IsSurrogate(first) && strings.HasPrefix(r.text[r.at:], `\u`) {
			r.at += 2
			return utf16.DecodeRune(first, r.hex(4))
		}
		return first
	case isKnown:
		return known
	}
	return char
}

// hex reads a character by its number in so many digits.
func (r *literalReader) hex(digits int) rune {
	end := min(r.at+digits, len(r.text))
	number, err := strconv.ParseInt(r.text[r.at:end], 16, 32)
	if r.at = end; err != nil {
		return utf8.RuneError
	}
	return rune(number)
}
