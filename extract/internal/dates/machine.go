package dates

import (
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// ParseMachine reads a date meant for machines: ISO 8601 in its variants,
// RFC 2822, what JavaScript prints, Unix seconds, as they stand in datetime
// attributes, meta elements and feeds. loc is the zone where none is given, and
// the one in which the result is told. Midnight sharp, in its own zone or in
// loc, is a day without a time. The zeros of databases (1970-01-01, 0001-01-01
// …) are refused.
func ParseMachine(s string, loc *time.Location) (news.Moment, error) {
	loc = LocationOr(loc)
	text := strings.TrimSpace(s)
	text = strings.TrimSuffix(strings.TrimPrefix(text, "/Date("), ")/") // as .NET writes
	refuse := func(reason string) (news.Moment, error) {
		return news.Moment{}, &Error{Text: inMessage(s), Reason: reason}
	}
	if len(text) > 120 {
		return refuse("too long for a machine's date")
	}
	m, ok := parseStamp(text, loc)
	if !ok {
		scanner := newScanner(expandCompact(text), Options{Location: loc})
		scanner.Whole, scanner.zoned = true, true
		found := scanner.All()
		if len(found) != 1 || found[0].Range {
			if scanner.refused != "" && len(found) == 0 {
				return refuse(scanner.refused)
			}
			return refuse(errNoDate.Error())
		}
		m = found[0].Moment
		m = wholeDay(m, scanner.zone, loc)
	}
	if y := m.Time.Year(); y < 1980 || y > 2100 {
		return refuse("a database's zero, not a date")
	}
	return m, nil
}

// wholeDay turns midnight sharp into a day: systems that know only the day
// print it so, in their own zone or in UTC.
func wholeDay(m news.Moment, printed, loc *time.Location) news.Moment {
	if m.Precision == news.Day {
		return m
	}
	zones := []*time.Location{loc}
	if printed != nil {
		zones = append(zones, printed)
	}
	for _, zone := range zones {
		t := m.Time.In(zone)
		if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
			if day, ok := moment(t.Year(), int(t.Month()), t.Day(), nil, loc); ok {
				return day
			}
		}
	}
	return m
}

// parseStamp reads Unix seconds and milliseconds.
func parseStamp(text string, loc *time.Location) (news.Moment, bool) {
	if len(text) != 10 && len(text) != 13 {
		return news.Moment{}, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return news.Moment{}, false
	}
	if len(text) == 13 {
		n /= 1000
	}
	return news.Moment{Time: time.Unix(n, 0).In(loc), Precision: news.Second}, true
}

// expandCompact writes the basic form of ISO 8601 (20240610T143000Z) in the
// extended one.
func expandCompact(text string) string {
	digits := leadingDigits(text)
	date, rest := text[:digits], text[digits:]
	clock := ""
	switch {
	case digits == 14 || digits == 12: // 20240610143000
		date, clock = text[:8], text[8:digits]
	case digits == 8 && rest == "":
	case digits == 8 && strings.ContainsRune("Tt ", rune(rest[0])):
		rest = rest[1:]
		n := leadingDigits(rest)
		if n != 4 && n != 6 {
			return extendedDay(date) + "T" + rest
		}
		clock, rest = rest[:n], rest[n:]
	default:
		return text
	}
	out := extendedDay(date)
	if clock != "" {
		out += "T" + clock[:2] + ":" + clock[2:4]
		if len(clock) == 6 {
			out += ":" + clock[4:]
		}
	}
	return out + rest
}

// leadingDigits is how many digits a text begins with.
func leadingDigits(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789"))
}

// extendedDay writes 20240610 as 2024-06-10.
func extendedDay(day string) string { return day[:4] + "-" + day[4:6] + "-" + day[6:] }
