package dates

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// fetched is a Monday at noon in Berlin, just after the dates of the tables.
var fetched = time.Date(2024, 6, 17, 10, 0, 0, 0, time.UTC)

// A dateRow is one printed date: want is news.Moment.String, or empty where
// the text must be refused.
type dateRow struct{ name, lang, text, want string }

var printedDates = []dateRow{
	// German
	{"Kommune21 dateline", "de", "[10.06.2024]", "2024-06-10"},
	{"dots", "de", "10.06.2024", "2024-06-10"},
	{"dots without zeros", "de", "1.6.2024", "2024-06-01"},
	{"dots with spaces", "de", "10. 06. 2024", "2024-06-10"},
	{"dots with spaces on both sides", "de", "10 . 06 . 2024", "2024-06-10"},
	{"short year", "de", "10.6.24", "2024-06-10"},
	{"short year with zeros", "de", "10.06.24", "2024-06-10"},
	{"short year with spaces", "de", "10. 6. 24", "2024-06-10"},
	{"short year of the last century", "de", "10.06.98", "1998-06-10"},
	{"hyphens", "de", "10-06-2024", "2024-06-10"},
	{"slashes", "de", "10/06/2024", "2024-06-10"},
	{"no language, dots", "", "10.06.2024", "2024-06-10"},
	{"German month name", "de", "10. Juni 2024", "2024-06-10"},
	{"month name without dot", "de", "10 Juni 2024", "2024-06-10"},
	{"month name in capitals", "de", "10. JUNI 2024", "2024-06-10"},
	{"month name in small letters", "de", "10. juni 2024", "2024-06-10"},
	{"January", "de", "10. Januar 2024", "2024-01-10"},
	{"February", "de", "10. Februar 2024", "2024-02-10"},
	{"March", "de", "10. März 2024", "2024-03-10"},
	{"March spelled out", "de", "10. Maerz 2024", "2024-03-10"},
	{"March decomposed", "de", "10. Ma\u0308rz 2024", "2024-03-10"},
	{"April", "de", "10. April 2024", "2024-04-10"},
	{"May", "de", "10. Mai 2024", "2024-05-10"},
	{"July", "de", "10. Juli 2023", "2023-07-10"},
	{"August", "de", "10. August 2023", "2023-08-10"},
	{"September", "de", "10. September 2023", "2023-09-10"},
	{"October", "de", "10. Oktober 2023", "2023-10-10"},
	{"November", "de", "10. November 2023", "2023-11-10"},
	{"December", "de", "10. Dezember 2023", "2023-12-10"},
	{"Jan", "de", "03. Jan 2024", "2024-01-03"},
	{"Jan with dot", "de", "3. Jan. 2024", "2024-01-03"},
	{"Feb", "de", "3. Feb. 2024", "2024-02-03"},
	{"Mär", "de", "03. Mär 2024", "2024-03-03"},
	{"Mrz", "de", "03. Mrz 2024", "2024-03-03"},
	{"Apr", "de", "03. Apr. 2024", "2024-04-03"},
	{"Jun", "de", "03. Jun. 2024", "2024-06-03"},
	{"Jul", "de", "03. Jul. 2023", "2023-07-03"},
	{"Aug", "de", "03. Aug. 2023", "2023-08-03"},
	{"Sept", "de", "03. Sept. 2023", "2023-09-03"},
	{"Sep", "de", "03. Sep 2023", "2023-09-03"},
	{"Okt", "de", "03. Okt. 2023", "2023-10-03"},
	{"Nov", "de", "03. Nov. 2023", "2023-11-03"},
	{"Dez", "de", "03. Dez. 2023", "2023-12-03"},
	{"Austrian January", "de-AT", "10. Jänner 2024", "2024-01-10"},
	{"Austrian January, short", "de-AT", "10. Jän. 2024", "2024-01-10"},
	{"Austrian February", "de-AT", "10. Feber 2024", "2024-02-10"},
	{"Austrian January decomposed", "de-AT", "10. Ja\u0308nner 2024", "2024-01-10"},
	{"Low German March", "nds", "10. Maart 2024", "2024-03-10"},
	{"Low German March, other spelling", "nds", "10. Määrt 2024", "2024-03-10"},
	{"Juno for the telephone", "de", "10. Juno 2024", "2024-06-10"},
	{"weekday", "de", "Montag, 10. Juni 2024", "2024-06-10"},
	{"weekday, short", "de", "Mo., 10.06.2024", "2024-06-10"},
	{"weekday, short without comma", "de", "Mo 10.06.2024", "2024-06-10"},
	{"weekday, article", "de", "Montag, den 10. Juni 2024", "2024-06-10"},
	{"weekday, dative", "de", "am Montag, dem 10. Juni 2024", "2024-06-10"},
	{"Sonnabend", "de", "Sonnabend, 8. Juni 2024", "2024-06-08"},
	{"wrong weekday", "de", "Dienstag, 10. Juni 2024", "2024-06-10"},
	{"time with dot and Uhr", "de", "Montag, 10. Juni 2024, 14.30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"time with colon and Uhr", "de", "10. Juni 2024, 14:30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"time after bar", "de", "10.06.2024 | 14:30", "2024-06-10T14:30:00+02:00"},
	{"time after hyphen", "de", "10.06.2024 - 14:30", "2024-06-10T14:30:00+02:00"},
	{"time after dash", "de", "10.06.2024 – 14:30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"time after um", "de", "10.06.2024 um 14:30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"time after comma um", "de", "10.06.2024, um 14.30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"time in brackets", "de", "10.06.2024 (14:30 Uhr)", "2024-06-10T14:30:00+02:00"},
	{"full hour", "de", "10.06.2024, 14 Uhr", "2024-06-10T14:00:00+02:00"},
	{"hour of one digit", "de", "10.06.2024 9:05", "2024-06-10T09:05:00+02:00"},
	{"seconds", "de", "10.06.2024 14:30:05", "2024-06-10T14:30:05+02:00"},
	{"winter time", "de", "10.01.2024 14:30", "2024-01-10T14:30:00+01:00"},
	{"time before", "de", "14:30 Uhr, 10.06.2024", "2024-06-10T14:30:00+02:00"},
	{"time before with am", "de", "14.30 Uhr am 10. Juni 2024", "2024-06-10T14:30:00+02:00"},
	{"am is no morning", "de", "9:30 am 10. Juni 2024", "2024-06-10T09:30:00+02:00"},
	{"zone MESZ", "de", "10.06.2024 14:30 MESZ", "2024-06-10T14:30:00+02:00"},
	{"zone MEZ in summer", "de", "10.06.2024 14:30 MEZ", "2024-06-10T15:30:00+02:00"},
	{"dot that is no time", "de", "10.06.2024 14.30", "2024-06-10"},
	{"impossible time keeps the day", "de", "10.06.2024 14:75", "2024-06-10"},
	{"hour 25 keeps the day", "de", "10.06.2024 25:10 Uhr", "2024-06-10"},
	{"time in the DST gap keeps the day", "de", "31.03.2024 02:30", "2024-03-31"},
	{"time in the DST overlap is the first", "de", "27.10.2024 02:30", "2024-10-27T02:30:00+02:00"},
	{"after the DST gap", "de", "31.03.2024 03:30", "2024-03-31T03:30:00+02:00"},
	{"leap day", "de", "29.02.2024", "2024-02-29"},
	{"label Veröffentlicht am", "de", "Veröffentlicht am 10.06.2024", "2024-06-10"},
	{"label Datum", "de", "Datum: 10.06.2024", "2024-06-10"},
	{"label Erscheinungsdatum", "de", "Erscheinungsdatum 10.06.2024", "2024-06-10"},
	{"label vom", "de", "Pressemitteilung vom 10.06.2024", "2024-06-10"},
	{"label without space", "de", "Datum:10.06.2024", "2024-06-10"},
	{"label glued", "de", "Datum10.06.2024", "2024-06-10"},
	{"place and date", "de", "Kassel, 10. Juni 2024", "2024-06-10"},
	{"place, den", "de", "Kassel, den 10.06.2024", "2024-06-10"},
	{"place, abbreviated day", "de", "Kassel, d. 10.06.2024", "2024-06-10"},
	{"number of the report before it", "de", "Nr. 123 vom 10.06.2024", "2024-06-10"},
	{"category after it", "de", "10.06.2024 | Rathaus & Politik", "2024-06-10"},
	{"word glued after it", "de", "10.06.2024Rathaus", "2024-06-10"},
	{"month name glued to the year", "de", "10. Juni2024", "2024-06-10"},
	{"elements glued", "de", "10Juni2024", "2024-06-10"},
	{"elements on lines", "de", "10\n  Jun\n  2024", "2024-06-10"},
	{"three numbers as elements", "de", "10 06 2024", "2024-06-10"},
	{"zero-width spaces", "de", "10.\u200b06.\u200b2024", "2024-06-10"},
	{"zero-width inside a number", "de", "1\u200b0.06.20\u200b24", "2024-06-10"},
	{"soft hyphen in the month", "de", "10. Sep\u00adtem\u00adber 2023", "2023-09-10"},
	{"hard spaces", "de", "10.\u00a0Juni\u00a02024", "2024-06-10"},
	{"thin spaces", "de", "10.\u2009Juni\u202f2024", "2024-06-10"},
	{"byte order mark", "de", "\ufeff10.06.2024", "2024-06-10"},
	{"left-to-right mark", "de", "\u200e10\u200e.\u200e06\u200e.\u200e2024", "2024-06-10"},
	{"published and updated", "de", "Veröffentlicht: 10.06.2024, zuletzt geändert: 12.06.2024", "2024-06-10"},
	{"updated and published", "de", "Stand: 12.06.2024 | Veröffentlicht am: 10.06.2024", "2024-06-10"},
	{"only an update", "de", "Stand: 12.06.2024", "2024-06-12"},
	{"the same day twice", "de", "10.06.2024 (10. Juni 2024, 14:30 Uhr)", "2024-06-10T14:30:00+02:00"},
	{"year guessed", "de", "10. Juni", "2024-06-10"},
	{"year guessed, last year", "de", "24. Dezember", "2023-12-24"},
	{"year guessed, day and month", "de", "10.06.", "2024-06-10"},
	{"year guessed by weekday", "de", "Samstag, 10. Juni", "2023-06-10"},
	{"year guessed with time", "de", "10. Juni, 14.30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"year guessed, two days ahead", "de", "19. Juni", "2024-06-19"},
	{"year guessed, three days ahead is last year", "de", "20. Juni", "2023-06-20"},
	{"year guessed, leap day", "de", "29.02.", "2024-02-29"},
	{"apostrophe year", "de", "10. Juni ’24", "2024-06-10"},
	{"month name, short year", "de", "10. Juni 24", "2024-06-10"},
	{"today", "de", "Heute", "2024-06-17"},
	{"today with time", "de", "Heute, 09:15 Uhr", "2024-06-17T09:15:00+02:00"},
	{"yesterday", "de", "gestern", "2024-06-16"},
	{"yesterday with label", "de", "Veröffentlicht: gestern", "2024-06-16"},
	{"yesterday with time", "de", "gestern um 18:05", "2024-06-16T18:05:00+02:00"},
	{"the day before yesterday", "de", "vorgestern", "2024-06-15"},
	{"days ago", "de", "vor 3 Tagen", "2024-06-14"},
	{"a day ago", "de", "vor einem Tag", "2024-06-16"},
	{"weeks ago", "de", "vor 2 Wochen", "2024-06-03"},
	{"hours ago", "de", "vor 2 Stunden", "2024-06-17"},
	{"hours ago, before midnight", "de", "vor 13 Stunden", "2024-06-16"},
	{"an hour ago", "de", "vor einer Stunde", "2024-06-17"},
	{"minutes ago", "de", "vor 20 Minuten", "2024-06-17T11:40:00+02:00"},
	{"short hours ago", "de", "vor 2 Std.", "2024-06-17"},
	{"label and days ago", "de", "Aktualisiert vor 3 Tagen", "2024-06-14"},

	{"plus signs around", "de", "+++ 10.06.2024 +++", "2024-06-10"},
	{"number of the report and a slash", "de", "Pressemitteilung Nr. 123 / 10.06.2024", "2024-06-10"},
	{"weekday, no dot at the end", "de", "Mo, 10.06 | Rathaus", "2024-06-10"},
	{"weekday behind", "de", "10.06.2024 Montag 14:30", "2024-06-10T14:30:00+02:00"},
	{"label and time with label", "de", "Datum: 10.06.2024 Uhrzeit: 14:30 Uhr", "2024-06-10T14:30:00+02:00"},
	{"hour, word, minute", "de", "10. Juni 2024 um 14 Uhr 30", "2024-06-10T14:30:00+02:00"},
	{"Swiss time with dot", "de-CH", "10. Juni 2024, 14.30", "2024-06-10T14:30:00+02:00"},
	{"byline behind", "de", "10.06.2024/sib", "2024-06-10"},
	{"reading time behind", "de", "10. Juni 2024 | Lesezeit: 3 Minuten", "2024-06-10"},
	{"dot between month and year", "de", "10.Juni.2024", "2024-06-10"},
	{"month first in German", "de", "Juni 10, 2024", "2024-06-10"},
	{"hyphens and a short year", "de", "10-JUN-24", "2024-06-10"},
	{"three days ago in words", "de", "vor drei Tagen", "2024-06-14"},
	{"a spelled ordinal", "de", "10ter Juni 2024", "2024-06-10"},
	{"the day of a deadline beside it", "de", "10.06.2024 – Anmeldung bis 30.06.2024", "2024-06-10"},
	{"the day of the event before it", "de", "Termin: 20.06.2024, veröffentlicht 10.06.2024", "2024-06-10"},
	{"Low German January", "nds", "5. Januor 2024", "2024-01-05"},
	{"Low German February", "nds", "12. Februor 2024", "2024-02-12"},
	{"Low German May", "nds", "3. Maimaand 2024", "2024-05-03"},
	{"Low German weekday", "nds", "Middeweken, 5. Juni 2024", "2024-06-05"},
	{"Low German yesterday", "nds", "güstern", "2024-06-16"},
	{"Low German days ago", "nds", "vör 3 Daag", "2024-06-14"},

	// ISO
	{"ISO", "de", "2024-06-10", "2024-06-10"},
	{"ISO without language", "", "2024-06-10", "2024-06-10"},
	{"ISO with slashes", "", "2024/06/10", "2024-06-10"},
	{"ISO with dots", "", "2024.06.10", "2024-06-10"},
	{"ISO with time", "", "2024-06-10 14:30", "2024-06-10T14:30:00+02:00"},
	{"ISO with T", "", "2024-06-10T14:30:00", "2024-06-10T14:30:00+02:00"},
	{"ISO with zone", "", "2024-06-10T14:30:00+02:00", "2024-06-10T14:30:00+02:00"},
	{"ISO in UTC", "", "2024-06-10T22:30:00Z", "2024-06-11T00:30:00+02:00"},
	{"year, month name, day", "en", "2024 June 10", "2024-06-10"},
	{"year-month-day with a name", "en", "2024-Jun-10", "2024-06-10"},

	// English
	{"UK", "en-GB", "10 June 2024", "2024-06-10"},
	{"UK ordinal", "en-GB", "10th June 2024", "2024-06-10"},
	{"UK first", "en-GB", "1st June 2024", "2024-06-01"},
	{"UK second", "en-GB", "2nd June 2024", "2024-06-02"},
	{"UK third", "en-GB", "3rd June 2024", "2024-06-03"},
	{"UK of", "en-GB", "10th of June 2024", "2024-06-10"},
	{"UK the of", "en-GB", "the 10th of June, 2024", "2024-06-10"},
	{"UK slashes", "en-GB", "10/06/2024", "2024-06-10"},
	{"UK slashes, low", "en-GB", "03/04/2024", "2024-04-03"},
	{"UK short year", "en-GB", "10/06/24", "2024-06-10"},
	{"Irish slashes", "en-IE", "03/04/2024", "2024-04-03"},
	{"Australian slashes", "en-AU", "03/04/2024", "2024-04-03"},
	{"New Zealand slashes", "en-NZ", "03/04/2024", "2024-04-03"},
	{"UK weekday", "en-GB", "Monday 10 June 2024", "2024-06-10"},
	{"UK short weekday", "en-GB", "Mon, 10 Jun 2024", "2024-06-10"},
	{"UK time", "en-GB", "10 June 2024, 2.30pm", "2024-06-10T14:30:00+02:00"},
	{"UK time at", "en-GB", "10 June 2024 at 2:30 p.m.", "2024-06-10T14:30:00+02:00"},
	{"UK hour only", "en-GB", "10 June 2024 at 2pm", "2024-06-10T14:00:00+02:00"},
	{"US", "en-US", "June 10, 2024", "2024-06-10"},
	{"US ordinal", "en-US", "June 10th, 2024", "2024-06-10"},
	{"US without comma", "en-US", "June 10 2024", "2024-06-10"},
	{"US short", "en-US", "Jun. 10, 2024", "2024-06-10"},
	{"US Sept", "en-US", "Sept. 10, 2023", "2023-09-10"},
	{"US capitals", "en-US", "JUNE 10, 2024", "2024-06-10"},
	{"US slashes", "en-US", "06/10/2024", "2024-06-10"},
	{"US slashes, short", "en-US", "6/9/24", "2024-06-09"},
	{"US slashes, clear", "en-US", "6/13/2024", "2024-06-13"},
	{"US hyphens", "en-US", "06-10-2024", "2024-06-10"},
	{"US time", "en-US", "June 10, 2024 2:30 PM", "2024-06-10T14:30:00+02:00"},
	{"US time at", "en-US", "June 10, 2024 at 2:30 PM", "2024-06-10T14:30:00+02:00"},
	{"US noon", "en-US", "June 10, 2024 12:15 pm", "2024-06-10T12:15:00+02:00"},
	{"US midnight", "en-US", "June 10, 2024 12:15 am", "2024-06-10T00:15:00+02:00"},
	{"US weekday", "en-US", "Monday, June 10, 2024", "2024-06-10"},
	{"US posted on", "en-US", "Posted on: June 10, 2024", "2024-06-10"},
	{"US last updated", "en-US", "Last Updated: June 12, 2024 | Posted: June 10, 2024", "2024-06-10"},
	{"US without year", "en-US", "June 10", "2024-06-10"},
	{"US zone", "en-US", "June 10, 2024 2:30 PM EDT", "2024-06-10T14:30:00-04:00"},
	{"zone before the day", "en", "22:00 GMT, 26 September 2020", "2020-09-26T22:00:00Z"},
	{"published and updated, glued", "de", "19. Juni 201619. Juni 2016 von", "2016-06-19"},
	{"published and updated, glued, numeric", "de", "17/11/201917/11/2019", "2019-11-17"},
	{"time glued to the year", "es", "4 de mayo de 202207:59 hs", "2022-05-04"},
	{"number of comments glued to the year", "de", "7. Januar 20220", "2022-01-07"},
	{"day glued to the year", "en", "Apr 042013", "2013-04-04"},
	{"weekday between day and month", "de", "31 Donnerstag Okt 2019", "2019-10-31"},
	{"bars between the numbers", "de", "26 | 01 | 2022", "2022-01-26"},
	{"a number before the month", "en-US", "tested on Python 3 January 13, 2020", "2020-01-13"},
	{"word glued before the month", "en-US", "Associated PressApril 28, 2023", "2023-04-28"},
	{"town before a hyphen", "es", "Madrid-29/05/2025 20:00", "2025-05-29T20:00:00+02:00"},
	{"published and updated, glued, different", "de", "Veröffentlicht 28. Juni 201914. Januar 2020", "2019-06-28"},
	{"US glued", "en-US", "Jun10", "2024-06-10"},
	{"clear by the day", "en", "13/06/2024", "2024-06-13"},
	{"clear by the day, month first", "en", "06/13/2024", "2024-06-13"},
	{"the same either way", "", "04/04/2024", "2024-04-04"},
	{"told by the weekday", "en", "Wednesday 03/04/2024", "2024-04-03"},
	{"told by the weekday, month first", "en", "Mon 03/04/2024", "2024-03-04"},
	{"May is a month", "en", "10 May 2024", "2024-05-10"},
	{"yesterday in English", "en", "Yesterday", "2024-06-16"},
	{"days ago in English", "en", "3 days ago", "2024-06-14"},
	{"posted days ago", "en", "Posted 3 days ago", "2024-06-14"},
	{"a day ago in English", "en", "a day ago", "2024-06-16"},
	{"an hour ago in English", "en", "an hour ago", "2024-06-17"},
	{"mins ago", "en", "5 mins ago", "2024-06-17T11:55:00+02:00"},
	{"weeks ago in English", "en", "2 weeks ago", "2024-06-03"},
	{"apostrophe year in English", "en-GB", "10 June '24", "2024-06-10"},

	{"US zone without daylight saving", "en-US", "Jun. 11, 2024, 5 p.m. ET", "2024-06-11T17:00:00-04:00"},
	{"US time and zone before the day", "en-US", "Published 2:30 p.m. ET June 11, 2024", "2024-06-11T14:30:00-04:00"},
	{"US month with hyphens", "en-US", "Jun-10-2024", "2024-06-10"},
	{"UK time before the day", "en-GB", "2:30pm, Tuesday 11 June 2024", "2024-06-11T14:30:00+02:00"},
	{"today in English with time", "en", "Today at 9:15am", "2024-06-17T09:15:00+02:00"},
	{"hours ago, glued", "en", "6h ago", "2024-06-17"},
	{"a week ago, glued", "en", "1w ago", "2024-06-10"},
	{"the date of the event before it", "en-US", "Event date: June 20, 2024; Posted June 5, 2024", "2024-06-05"},
	{"the closing date beside it", "en-GB", "Closing date: 28 June 2024. Published: 10 June 2024", "2024-06-10"},

	// French
	{"French", "fr", "10 juin 2024", "2024-06-10"},
	{"French first", "fr", "1er mai 2024", "2024-05-01"},
	{"French first without year", "fr", "1er mai", "2024-05-01"},
	{"French January", "fr", "10 janvier 2024", "2024-01-10"},
	{"French February", "fr", "10 février 2024", "2024-02-10"},
	{"French short February", "fr", "10 févr. 2024", "2024-02-10"},
	{"French March", "fr", "10 mars 2024", "2024-03-10"},
	{"French April", "fr", "10 avril 2024", "2024-04-10"},
	{"French July", "fr", "10 juillet 2023", "2023-07-10"},
	{"French short July", "fr", "10 juil. 2023", "2023-07-10"},
	{"French August", "fr", "10 août 2023", "2023-08-10"},
	{"French August, capitals", "fr", "10 AOÛT 2023", "2023-08-10"},
	{"French September", "fr", "10 septembre 2023", "2023-09-10"},
	{"French December", "fr", "10 décembre 2023", "2023-12-10"},
	{"French weekday", "fr", "lundi 10 juin 2024", "2024-06-10"},
	{"French time", "fr", "Publié le 10 juin 2024 à 14h30", "2024-06-10T14:30:00+02:00"},
	{"French time with spaces", "fr", "10 juin 2024 - 14 h 30", "2024-06-10T14:30:00+02:00"},
	{"French slashes", "fr", "03/04/2024", "2024-04-03"},
	{"French online", "fr", "Mis en ligne le 03/04/2024", "2024-04-03"},
	{"French update", "fr", "Publié le 03/04/2024, mis à jour le 05/04/2024", "2024-04-03"},
	{"French yesterday", "fr", "hier", "2024-06-16"},
	{"French the day before yesterday", "fr", "avant-hier", "2024-06-15"},
	{"French today", "fr", "aujourd’hui", "2024-06-17"},
	{"French days ago", "fr", "il y a 3 jours", "2024-06-14"},
	{"French first, apart", "fr", "1 er février 2024", "2024-02-01"},
	{"French an hour ago", "fr", "il y a une heure", "2024-06-17"},

	// Italian
	{"Italian", "it", "10 giugno 2024", "2024-06-10"},
	{"Italian first", "it", "1° giugno 2024", "2024-06-01"},
	{"Italian first, ordinal sign", "it", "1º giugno 2024", "2024-06-01"},
	{"Italian January", "it", "31 gennaio 2023", "2023-01-31"},
	{"Italian short", "it", "10 giu 2024", "2024-06-10"},
	{"Italian February", "it", "10 febbraio 2024", "2024-02-10"},
	{"Italian May", "it", "10 maggio 2024", "2024-05-10"},
	{"Italian July", "it", "10 luglio 2023", "2023-07-10"},
	{"Italian August", "it", "10 agosto 2023", "2023-08-10"},
	{"Italian October", "it", "10 ottobre 2023", "2023-10-10"},
	{"Italian December", "it", "10 dicembre 2023", "2023-12-10"},
	{"Italian short September", "it", "10 set 2023", "2023-09-10"},
	{"Italian weekday", "it", "lunedì 10 giugno 2024", "2024-06-10"},
	{"Italian time", "it", "10 giugno 2024, ore 14:30", "2024-06-10T14:30:00+02:00"},
	{"Italian time with dot", "it", "10 giugno 2024 alle ore 14.30", "2024-06-10T14:30:00+02:00"},
	{"Italian label", "it", "Pubblicato il 10/06/2024", "2024-06-10"},
	{"Italian data", "it", "Data: 31 gennaio 2023", "2023-01-31"},
	{"Italian update", "it", "Data di pubblicazione: 10/06/2024 Ultimo aggiornamento: 12/06/2024", "2024-06-10"},
	{"Italian September with two t", "it", "10 sett. 2023", "2023-09-10"},
	{"Italian an hour ago", "it", "un’ora fa", "2024-06-17"},
	{"Italian yesterday", "it", "ieri", "2024-06-16"},
	{"Italian days ago", "it", "3 giorni fa", "2024-06-14"},

	// Spanish, Catalan, Portuguese
	{"Spanish", "es", "10 de junio de 2024", "2024-06-10"},
	{"Spanish del", "es", "10 de junio del 2024", "2024-06-10"},
	{"Spanish weekday", "es", "lunes, 10 de junio de 2024", "2024-06-10"},
	{"Spanish short", "es", "10 jun 2024", "2024-06-10"},
	{"Spanish with slashes and name", "es", "10/jun/2024", "2024-06-10"},
	{"Spanish January", "es", "10 enero 2024", "2024-01-10"},
	{"Spanish short January", "es", "10 ene 2024", "2024-01-10"},
	{"Spanish slashes", "es", "03/04/2024", "2024-04-03"},
	{"Spanish label", "es", "Publicado el 10/06/2024", "2024-06-10"},
	{"Spanish fecha", "es", "Fecha: 10-06-2024", "2024-06-10"},
	{"Spanish time", "es", "10/06/2024 14:30 h", "2024-06-10T14:30:00+02:00"},
	{"Spanish en", "es", "publicado en 10/06/2024", "2024-06-10"},
	{"Spanish yesterday", "es", "ayer", "2024-06-16"},
	{"Spanish days ago", "es", "hace 3 días", "2024-06-14"},
	{"Catalan", "ca", "10 de juny de 2024", "2024-06-10"},
	{"Catalan elided", "ca", "10 d’abril de 2024", "2024-04-10"},
	{"Portuguese", "pt", "10 de junho de 2024", "2024-06-10"},
	{"Portuguese weekday", "pt", "segunda-feira, 10 de junho de 2024", "2024-06-10"},
	{"Portuguese short October", "pt", "10 out 2023", "2023-10-10"},

	// Dutch
	{"Dutch", "nl", "10 juni 2024", "2024-06-10"},
	{"Dutch March", "nl", "10 maart 2024", "2024-03-10"},
	{"Dutch short March", "nl", "10 mrt 2024", "2024-03-10"},
	{"Dutch May", "nl", "10 mei 2024", "2024-05-10"},
	{"Dutch August", "nl", "10 augustus 2023", "2023-08-10"},
	{"Dutch hyphens", "nl", "10-06-2024", "2024-06-10"},
	{"Dutch hyphens, low", "nl", "03-04-2024", "2024-04-03"},
	{"Dutch hyphens, short year", "nl", "10-06-24", "2024-06-10"},
	{"Dutch time", "nl", "10 juni 2024 om 14.30 uur", "2024-06-10T14:30:00+02:00"},
	{"Dutch label", "nl", "Geplaatst op: 10 juni 2024", "2024-06-10"},
	{"Dutch update", "nl", "Gepubliceerd op 10 juni 2024 - Laatst gewijzigd op 12 juni 2024", "2024-06-10"},
	{"Dutch weekday", "nl", "maandag 10 juni 2024", "2024-06-10"},
	{"Dutch yesterday", "nl", "gisteren", "2024-06-16"},
	{"Dutch days ago", "nl", "3 dagen geleden", "2024-06-14"},

	// Danish, Norwegian, Swedish, Finnish
	{"Danish", "da", "10. juni 2024", "2024-06-10"},
	{"Danish den", "da", "den 10. juni 2024", "2024-06-10"},
	{"Danish May", "da", "10. maj 2024", "2024-05-10"},
	{"Danish March", "da", "10. marts 2024", "2024-03-10"},
	{"Danish October", "da", "10. oktober 2023", "2023-10-10"},
	{"Danish time", "da", "10. juni 2024 kl. 14.30", "2024-06-10T14:30:00+02:00"},
	{"Danish label", "da", "Offentliggjort den 10.06.2024", "2024-06-10"},
	{"Danish hyphens, short year", "da", "10-06-24", "2024-06-10"},
	{"Danish yesterday", "da", "i går", "2024-06-16"},
	{"Danish days ago", "da", "for 3 dage siden", "2024-06-14"},
	{"Norwegian", "nb", "10. desember 2023", "2023-12-10"},
	{"Norwegian time", "nb", "Publisert 10.06.2024 kl. 14:30", "2024-06-10T14:30:00+02:00"},
	{"Swedish", "sv", "10 juni 2024", "2024-06-10"},
	{"Swedish August", "sv", "10 augusti 2023", "2023-08-10"},
	{"Swedish label", "sv", "Publicerad den 10 juni 2024", "2024-06-10"},
	{"Finnish", "fi", "10. kesäkuuta 2024", "2024-06-10"},
	{"Finnish numeric", "fi", "10.6.2024", "2024-06-10"},

	{"Danish slash and hyphen", "da", "11/6-2024", "2024-06-11"},
	{"Swedish slash", "sv", "11/6 2024", "2024-06-11"},
	{"Danish slash and hyphen, short year", "da", "1/3-24", "2024-03-01"},
	{"Swedish time with dot", "sv", "Publicerad: 10 juni 2024 14.30", "2024-06-10T14:30:00+02:00"},
	{"Danish hour", "da", "11. juni 2024 kl. 9", "2024-06-11T09:00:00+02:00"},
	{"Finnish time", "fi", "10.6.2024 klo 14.30", "2024-06-10T14:30:00+02:00"},
	{"Icelandic", "is", "10. júní 2024", "2024-06-10"},
	{"Estonian", "et", "10. juuni 2024", "2024-06-10"},

	// Polish, Czech and neighbours
	{"Polish", "pl", "10 czerwca 2024", "2024-06-10"},
	{"Polish year mark", "pl", "10 czerwca 2024 r.", "2024-06-10"},
	{"Polish year word", "pl", "10 czerwca 2024 roku", "2024-06-10"},
	{"Polish time", "pl", "10 czerwca 2024 r., godz. 14:30", "2024-06-10T14:30:00+02:00"},
	{"Polish January", "pl", "10 stycznia 2024", "2024-01-10"},
	{"Polish February", "pl", "10 lutego 2024", "2024-02-10"},
	{"Polish March", "pl", "10 marca 2024", "2024-03-10"},
	{"Polish April", "pl", "10 kwietnia 2024", "2024-04-10"},
	{"Polish May", "pl", "10 maja 2024", "2024-05-10"},
	{"Polish July", "pl", "10 lipca 2023", "2023-07-10"},
	{"Polish August", "pl", "10 sierpnia 2023", "2023-08-10"},
	{"Polish September", "pl", "10 września 2023", "2023-09-10"},
	{"Polish October", "pl", "10 października 2023", "2023-10-10"},
	{"Polish November", "pl", "10 listopada 2023", "2023-11-10"},
	{"Polish December", "pl", "10 grudnia 2023", "2023-12-10"},
	{"Polish short", "pl", "10 cze 2024", "2024-06-10"},
	{"Polish Roman month", "pl", "10 VI 2024", "2024-06-10"},
	{"Polish Roman month with dots", "pl", "10.VI.2024", "2024-06-10"},
	{"Polish label", "pl", "Opublikowano: 10.06.2024", "2024-06-10"},
	{"Polish weekday", "pl", "poniedziałek, 10 czerwca 2024", "2024-06-10"},
	{"Polish yesterday", "pl", "wczoraj", "2024-06-16"},
	{"Polish a week ago", "pl", "tydzień temu", "2024-06-10"},
	{"Polish days ago", "pl", "3 dni temu", "2024-06-14"},
	{"Czech", "cs", "10. června 2024", "2024-06-10"},
	{"Czech July", "cs", "10. července 2023", "2023-07-10"},
	{"Czech numeric", "cs", "10. 6. 2024", "2024-06-10"},
	{"Slovenian", "sl", "10. junij 2024", "2024-06-10"},
	{"Croatian", "hr", "10. lipnja 2024.", "2024-06-10"},
	{"Croatian October", "hr", "10. listopada 2023.", "2023-10-10"},
	{"Upper Sorbian", "hsb", "10. měrca 2024", "2024-03-10"},
	{"Turkish", "tr", "10 Haziran 2024", "2024-06-10"},
	{"Welsh", "cy", "10 Mehefin 2024", "2024-06-10"},
	{"Irish", "ga", "10 Meitheamh 2024", "2024-06-10"},
	{"Galician", "gl", "10 de xuño de 2024", "2024-06-10"},
	{"Luxembourgish", "lb", "10. Mäerz 2024", "2024-03-10"},
	{"Italian hour", "it", "8 giugno 2024 ore 9", "2024-06-08T09:00:00+02:00"},
	{"Italian elided article", "it", "dell’11 giugno 2024", "2024-06-11"},
	{"Slovak", "sk", "10. júna 2024", "2024-06-10"},
	{"Romanian", "ro", "10 iunie 2024", "2024-06-10"},
	{"Hungarian", "hu", "2024. június 10.", "2024-06-10"},
	{"Hungarian numeric", "hu", "2024. 06. 10.", "2024-06-10"},
}

var refusedDates = []dateRow{
	{"hours of an event", "de", "10.06.2024, 14–16 Uhr", ""},
	{"hours of an event, with minutes", "de", "10. Juni 2024, 14.30–16.00 Uhr", ""},
	{"hours of an event in English", "en-GB", "5 June 2024, 6-8pm", ""},
	{"up to and including", "de", "vom 10. bis einschließlich 12. Juni 2024", ""},
	{"up to and including in Dutch", "nl", "van 10 tot en met 12 juni 2024", ""},
	{"number of a paper of the council", "de", "BV/10/06/2024", ""},
	{"number of a file with a colon", "de", "GZ: 10-06-2024", ""},
	{"number of a bill", "de", "Rechnungsnummer 2024-06-10", ""},
	{"number of an ordinance", "en-US", "Ordinance No. 2024-06-10", ""},
	{"Italian number", "it", "n. 10/06/2024", ""},
	{"telephone in groups of two", "de", "Tel. 0561 10.06.24", ""},
	{"here in German", "de", "hier", ""},
	{"31st of February", "de", "31.02.2024", ""},
	{"30th of February by name", "de", "30. Februar 2024", ""},
	{"29th of February, no leap year", "de", "29.02.2023", ""},
	{"31st of April", "de", "31. April 2024", ""},
	{"31st of June, ISO", "", "2024-06-31", ""},
	{"month 13", "de", "10.13.2024", ""},
	{"month 13, ISO", "", "2024-13-10", ""},
	{"day 32", "de", "32.01.2024", ""},
	{"day 0", "de", "0.01.2024", ""},
	{"month 0", "de", "10.00.2024", ""},
	{"all zero", "de", "00.00.0000", ""},
	{"month first is not German", "de", "06.13.2024", ""},
	{"month first is not British", "fr", "06/13/2024", ""},
	{"slashes without language", "", "03/04/2024", ""},
	{"slashes in plain English", "en", "03/04/2024", ""},
	{"hyphens in plain English", "en", "03-04-2024", ""},
	{"slashes in Canada", "en-CA", "03/04/2024", ""},
	{"dots in the United States", "en-US", "03.04.2024", ""},
	{"the computer's zero", "de", "01.01.1970", ""},
	{"session", "de", "12. Sitzung", ""},
	{"session of a month", "de", "12. Sitzung im Juni", ""},
	{"bare year", "de", "2024", ""},
	{"month and year", "de", "Juni 2024", ""},
	{"month and year, numeric", "de", "06/2024", ""},
	{"month and year, English", "en", "June 2024", ""},
	{"season", "de", "2023/2024", ""},
	{"season, short", "de", "2023/24", ""},
	{"price", "de", "10,50 Euro", ""},
	{"price with dot", "de", "12.50 €", ""},
	{"price with thousands", "de", "1.234.567 Euro", ""},
	{"big number", "de", "10.062.024", ""},
	{"decimal", "en", "10.6", ""},
	{"percentage", "de", "10.06 %", ""},
	{"telephone", "de", "Tel. 0561 787-1234", ""},
	{"telephone in groups", "de", "05 61 / 7 87 12 34", ""},
	{"telephone with dots", "fr", "04.12.24.06.20", ""},
	{"telephone with hyphens", "en-US", "555-10-2024", ""},
	{"telephone with label", "de", "Telefon 10.06.2024", ""},
	{"international telephone", "de", "+49 561 10 06 24", ""},
	{"file number", "de", "Az. 10.06.24", ""},
	{"file number with slash", "de", "12/3456/2024", ""},
	{"document number", "de", "Drucksache 20/1234", ""},
	{"document number with year", "de", "Vorlage Nr. 101.18.2024", ""},
	{"version", "en", "version 1.2.24", ""},
	{"version, short", "en", "v1.2.2024", ""},
	{"version of four parts", "en", "10.6.2024.1", ""},
	{"IP address", "de", "192.168.10.24", ""},
	{"IP address that looks like a date", "de", "10.6.20.24", ""},
	{"IP address with label", "de", "IP 10.6.24.1", ""},
	{"paragraph", "de", "§ 10.6.", ""},
	{"paragraph with number", "de", "§ 10.6.24", ""},
	{"paragraph sections", "de", "§§ 10, 11 BauGB", ""},
	{"article of a law", "de", "Art. 12.3.24", ""},
	{"standard", "de", "DIN 10.06.24", ""},
	{"chapter", "de", "Kapitel 3.4.12", ""},
	{"agenda item", "de", "Top 10.6.24", ""},
	{"scale", "de", "1:5000", ""},
	{"score", "de", "3:2", ""},
	{"time alone", "de", "14:30 Uhr", ""},
	{"time range", "de", "14.30-16.00 Uhr", ""},
	{"opening hours", "de", "Mo-Fr 8.00-12.00 Uhr", ""},
	{"weekday alone", "de", "Montag", ""},
	{"size", "de", "10 x 20 x 24 cm", ""},
	{"room", "de", "Raum 10.06.24", ""},
	{"postal code", "de", "34117 Kassel", ""},
	{"house number", "de", "Königsstraße 10-12", ""},
	{"street named after a day", "de", "Straße des 17. Juni", ""},
	{"May as a verb", "en", "you may 10 times", ""},
	{"March as a verb", "en", "they march 10 miles", ""},
	{"millions", "de", "10.06 Mio. Euro", ""},
	{"range of days", "de", "10.–12. Juni 2024", ""},
	{"range of days with bis", "de", "10. bis 12. Juni 2024", ""},
	{"range with vom", "de", "vom 10. bis zum 12. Juni 2024", ""},
	{"numeric range", "de", "10.06.2024 - 12.06.2024", ""},
	{"numeric range with bis", "de", "10.06. bis 12.06.2024", ""},
	{"numeric range, day only", "de", "10.-12.06.2024", ""},
	{"range across months", "de", "28. Mai bis 2. Juni 2024", ""},
	{"range in English", "en-GB", "10-12 June 2024", ""},
	{"range in English with to", "en-GB", "10 June to 12 June 2024", ""},
	{"range, month first", "en-US", "June 10-12, 2024", ""},
	{"range in French", "fr", "du 10 au 12 juin 2024", ""},
	{"range in Italian", "it", "dal 10 al 12 giugno 2024", ""},
	{"range in Spanish", "es", "del 10 al 12 de junio de 2024", ""},
	{"range in Dutch", "nl", "10 t/m 12 juni 2024", ""},
	{"range in Danish", "da", "10. til 12. juni 2024", ""},
	{"range in Polish", "pl", "od 10 do 12 czerwca 2024", ""},
	{"two days with plus", "de", "10. + 11. Juni 2024", ""},
	{"two weekend days", "de", "Sa./So., 8./9. Juni 2024", ""},
	{"range with weekdays", "de", "Freitag, 31. Mai 2024, bis Sonntag, 2. Juni 2024", ""},
	{"calendar week", "de", "KW 24/2024", ""},
	{"issue", "de", "Ausgabe 24/2024", ""},
	{"cut year", "de", "10.06.202", ""},
	{"three digits before", "de", "110.06.2024", ""},
	{"first of Advent", "de", "1. Advent", ""},
	{"football", "de", "1. FC Köln 2:1", ""},
	{"time after a weekday", "de", "Montag, 10.06 Uhr", ""},
	{"range of times", "de", "10.06.2024, 14:00 - 16:00 Uhr", ""},
	{"two dates", "de", "10.06.2024, 12.06.2024", ""},
	{"months ago", "de", "vor 2 Monaten", ""},
	{"a year ago", "en", "a year ago", ""},
	{"a sentence about yesterday", "de", "Gestern hat der Rat beschlossen", ""},
	{"yesterday, today, tomorrow", "de", "Gestern, heute, morgen", ""},
	{"yesterday's news", "de", "Heute: Bürgerversammlung im Rathaus", ""},
	{"word", "de", "Straßensperrung", ""},
	{"budget", "de", "Haushalt 2025", ""},
	{"empty", "de", "", ""},
	{"white space", "de", " \n\t ", ""},
	{"digits only", "de", "20240610123", ""},
	{"set of something", "en", "10 set", ""},
	{"three out of four", "en", "3 out of 4", ""},
	{"des Monats", "de", "am 10. des Monats", ""},
	{"year far away", "de", "10.06.3024", ""},
	{"isbn", "de", "978-3-10-062024-1", ""},
	{"coordinates", "de", "51.31.24 N", ""},
	{"shares", "de", "10/20/30", ""},
}

func TestParse(t *testing.T) {
	for _, row := range append(printedDates, refusedDates...) {
		t.Run(row.name, func(t *testing.T) {
			m, err := Parse(row.text, Options{Language: row.lang, Now: fetched})
			if got := m.String(); got != row.want {
				t.Errorf("Parse(%q, %s) = %q (%v), want %q", row.text, row.lang, got, err, row.want)
			}
			if row.want != "" {
				return
			}
			var why *Error
			if !errors.As(err, &why) || why.Reason == "" {
				t.Errorf("Parse(%q, %s): error %v, want a *DateError with a reason", row.text, row.lang, err)
			}
		})
	}
	if n := len(printedDates) + len(refusedDates); n < 300 {
		t.Errorf("the tables hold %d rows, want at least 300", n)
	}
}

// dataRows are the rows of three in a file of test data: tabs between them, and
// Go's escapes for what is not seen.
func dataRows(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(row) != 3 {
			t.Fatalf("%s: %q is no row of three", name, line)
		}
		if row[1], err = strconv.Unquote("\"" + strings.ReplaceAll(row[1], "\"", "\\\"") + "\""); err != nil {
			t.Fatalf("%s: %q: %v", name, line, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// The rows are a language, a text as towns print it and its moment, empty where
// it must be refused.
func TestParseRows(t *testing.T) {
	for _, row := range dataRows(t, "dates.tsv") {
		if m, err := Parse(row[1], Options{Language: row[0], Now: fetched}); m.String() != row[2] {
			t.Errorf("Parse(%q, %s) = %q (%v), want %q", row[1], row[0], m, err, row[2])
		}
	}
}

// The rows are a language, a text and what its words say of its first date.
func TestDateLabels(t *testing.T) {
	for _, row := range dataRows(t, "date-labels.tsv") {
		found := Find(row[1], Options{Language: row[0], Now: fetched})
		if len(found) == 0 || string(found[0].Label) != row[2] {
			t.Errorf("Find(%q, %s) = %+v, want the label %q", row[1], row[0], found, row[2])
		}
	}
}

func TestMonthWordsAreUnique(t *testing.T) {
	total := 0
	for word, month := range Months() {
		if word != words.Fold(word) {
			t.Errorf("month word %q is not folded", word)
		}
		if month < 1 || month > 12 {
			t.Errorf("month word %q is month %d", word, month)
		}
		total++
	}
	if total < 250 {
		t.Errorf("%d month words, want at least 250", total)
	}
	for word := range monthOnlyIn() {
		if Months()[word] == 0 {
			t.Errorf("monthOnlyIn has %q, which is no month word", word)
		}
	}
}

func TestParseRowsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range append(printedDates, refusedDates...) {
		if seen[row.name] {
			t.Errorf("two rows are named %q", row.name)
		}
		seen[row.name] = true
	}
}

func TestParseSaysWhy(t *testing.T) {
	for _, row := range []struct{ lang, text, why string }{
		{"de", "31.02.2024", "no such day"},
		{"", "03/04/2024", "swapped"},
		{"de", "10.–12. Juni 2024", "range"},
		{"de", "10.06.2024, 12.06.2024", "2 dates"},
		{"de", "vor 2 Monaten", "no day"},
		{"de", "12. Sitzung", "no date"},
		{"de", "01.01.1970", "zero"},
	} {
		_, err := Parse(row.text, Options{Language: row.lang, Now: fetched})
		if err == nil || !strings.Contains(err.Error(), row.why) {
			t.Errorf("Parse(%q) = %v, want an error that holds %q", row.text, err, row.why)
		}
	}
}

func TestParseWithoutFetchTime(t *testing.T) {
	for _, text := range []string{"gestern", "vor 3 Tagen", "10. Juni", "10.06.", "3 days ago"} {
		if m, err := Parse(text, Options{Language: "de"}); err == nil {
			t.Errorf("Parse(%q) without the moment of the fetch = %s, want an error", text, m)
		}
	}
}

func TestYearFromNeighbour(t *testing.T) {
	near := func(s string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, row := range []struct{ text, near, want string }{
		{"10. Juni", "2021-06-12", "2021-06-10"},
		{"30. Dezember", "2022-01-03", "2021-12-30"},
		{"3. Januar", "2021-12-30", "2022-01-03"},
		{"24.12.", "2024-06-01", "2023-12-24"},
	} {
		m, err := Parse(row.text, Options{Language: "de", Now: fetched, Near: near(row.near)})
		if m.String() != row.want {
			t.Errorf("Parse(%q) near %s = %s (%v), want %s", row.text, row.near, m, err, row.want)
		}
	}
}

func TestEnglishByZone(t *testing.T) {
	for zone, want := range map[string]string{"Europe/London": "2024-04-03", "America/Chicago": "2024-03-04", "Europe/Berlin": ""} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Skip(err)
		}
		if m, err := Parse("03/04/2024", Options{Language: "en", Location: loc}); m.String() != want {
			t.Errorf("Parse(03/04/2024) in %s = %s (%v), want %q", zone, m, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, row := range []struct{ name, lang, text, want string }{
		{"none", "de", "Der Rat hat am Montag beschlossen, 10 Bäume zu pflanzen.", ""},
		{"labels", "de", "Veröffentlicht am 10.06.2024, aktualisiert am 12.06.2024", "2024-06-10 published; 2024-06-12 updated"},
		{"Stand", "de", "Stand: 12.06.2024", "2024-06-12 updated"},
		{"Letzte Änderung", "de", "Letzte Änderung: 12.06.2024 um 10:15 Uhr", "2024-06-12T10:15:00+02:00 updated"},
		{"Datum der letzten Änderung", "de", "Datum der letzten Änderung: 12.06.2024", "2024-06-12 updated"},
		{"Aktualisierungsdatum", "de", "Aktualisierungsdatum 12.06.2024", "2024-06-12 updated"},
		{"Erstellungsdatum", "de", "Erstellungsdatum: 12.06.2024", "2024-06-12 published"},
		{"with author between", "de", "Veröffentlicht von Max Muster am 10. Juni 2024", "2024-06-10 published"},
		{"separated", "de", "Stand: heute | 10.06.2024", "2024-06-17 updated relative; 2024-06-10"},
		{"law", "de", "nach dem Gesetz vom 10. Juni 2020 (BGBl. I S. 234)", "2020-06-10 cited"},
		{"statute", "de", "die Hauptsatzung vom 01.02.2019 in der Fassung vom 3. März 2021", "2019-02-01 cited; 2021-03-03 cited"},
		{"deadline", "de", "Anmeldungen bis zum 30. Juni 2024 im Rathaus", "2024-06-30 event"},
		{"event", "de", "Termin: 30. Juni 2024, 19 Uhr", "2024-06-30T19:00:00+02:00 event"},
		{"range", "de", "Die Ausstellung läuft vom 10. bis 12. Juni 2024.", "2024-06-10 range; 2024-06-12 range"},
		{"range over the year's end", "de", "20. Dezember bis 6. Januar 2024", "2023-12-20 range; 2024-01-06 range"},
		{"range of numeric dates", "de", "28.05. - 02.06.2024", "2024-05-28 range; 2024-06-02 range"},
		{"sentence between", "de", "Die Satzung wurde beschlossen. Am 10.06.2024 tritt sie in Kraft.", "2024-06-10"},
		{"guessed", "de", "Am 10. Juni ist Markt.", "2024-06-10 guessed"},
		{"English labels", "en-GB", "Published: 10 June 2024 Last updated: 12 June 2024", "2024-06-10 published; 2024-06-12 updated"},
		{"English posted", "en-US", "Posted on June 10, 2024 by City Hall", "2024-06-10 published"},
		{"French labels", "fr", "Publié le 10/06/2024 - Mis à jour le 12/06/2024", "2024-06-10 published; 2024-06-12 updated"},
		{"Italian labels", "it", "Pubblicato il 10 giugno 2024 Ultima modifica: 12 giugno 2024", "2024-06-10 published; 2024-06-12 updated"},
		{"Dutch labels", "nl", "Geplaatst op 10 juni 2024, bijgewerkt op 12 juni 2024", "2024-06-10 published; 2024-06-12 updated"},
		{"Danish labels", "da", "Oprettet 10.06.2024, senest opdateret 12.06.2024", "2024-06-10 published; 2024-06-12 updated"},
		{"Polish labels", "pl", "Data publikacji: 10.06.2024, Data modyfikacji: 12.06.2024", "2024-06-10 published; 2024-06-12 updated"},
		{"copyright", "de", "© 10.06.2024 Stadt Kassel", "2024-06-10 cited"},
		{"numbers in between", "de", "Etat von 1.234.567,89 Euro, Tel. 0561 787-1010, am 10.06.2024 auf Seite 12.3.", "2024-06-10"},
		{"yesterday in a story", "de", "Das Fest war gestern ein Erfolg. Es kamen 300 Gäste.", ""},
		{"days ago in a story", "de", "Wie vor 3 Tagen gemeldet, ist die Brücke gesperrt.", "2024-06-14 relative"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, d := range Find(row.text, Options{Language: row.lang, Now: fetched}) {
				got = append(got, describe(d))
				if d.Raw != row.text[d.Start:d.End] {
					t.Errorf("Raw = %q, but the text at %d:%d is %q", d.Raw, d.Start, d.End, row.text[d.Start:d.End])
				}
			}
			if got := strings.Join(got, "; "); got != row.want {
				t.Errorf("Find(%q) = %s, want %s", row.text, got, row.want)
			}
		})
	}
}

func describe(d Found) string {
	words := []string{d.Moment.String()}
	if d.Label != LabelNone {
		words = append(words, string(d.Label))
	}
	if d.Range {
		words = append(words, "range")
	}
	if d.YearGuessed {
		words = append(words, "guessed")
	}
	if d.Relative {
		words = append(words, "relative")
	}
	return strings.Join(words, " ")
}

func TestParseMachineDate(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"day", "2024-06-10", "2024-06-10"},
		{"basic day", "20240610", "2024-06-10"},
		{"basic time", "20240610T143000Z", "2024-06-10T16:30:00+02:00"},
		{"basic time without zone", "20240610T1430", "2024-06-10T14:30:00+02:00"},
		{"basic without T", "20240610143005", "2024-06-10T14:30:05+02:00"},
		{"extended", "2024-06-10T14:30:05+02:00", "2024-06-10T14:30:05+02:00"},
		{"zone without colon", "2024-06-10T14:30:05+0200", "2024-06-10T14:30:05+02:00"},
		{"zone of hours", "2024-06-10T14:30:05+02", "2024-06-10T14:30:05+02:00"},
		{"negative zone", "2024-06-10T14:30:05-05:00", "2024-06-10T21:30:05+02:00"},
		{"negative zone, minutes", "2024-06-10T14:30-05:00", "2024-06-10T21:30:00+02:00"},
		{"UTC", "2024-06-10T14:30:05Z", "2024-06-10T16:30:05+02:00"},
		{"UTC next day", "2024-06-10T23:30:00Z", "2024-06-11T01:30:00+02:00"},
		{"milliseconds", "2024-06-10T14:30:05.123Z", "2024-06-10T16:30:05+02:00"},
		{"seven digits", "2024-06-10T14:30:05.1234567+02:00", "2024-06-10T14:30:05+02:00"},
		{"space", "2024-06-10 14:30:05", "2024-06-10T14:30:05+02:00"},
		{"space and zone", "2024-06-10 14:30:05 +0200", "2024-06-10T14:30:05+02:00"},
		{"space and negative zone", "2024-06-10 14:30:05 -0500", "2024-06-10T21:30:05+02:00"},
		{"space and UTC", "2024-06-10 14:30:05 UTC", "2024-06-10T16:30:05+02:00"},
		{"minutes", "2024-06-10T14:30", "2024-06-10T14:30:00+02:00"},
		{"slashes", "2024/06/10", "2024-06-10"},
		{"without zeros", "2024-6-1", "2024-06-01"},
		{"midnight is a day", "2024-06-10T00:00:00+02:00", "2024-06-10"},
		{"midnight in UTC is a day", "2024-06-10T00:00:00Z", "2024-06-10"},
		{"midnight told in UTC is a day", "2024-06-09T22:00:00Z", "2024-06-10"},
		{"midnight without zone", "2024-06-10T00:00:00", "2024-06-10"},
		{"RFC 2822", "Mon, 10 Jun 2024 14:30:05 +0200", "2024-06-10T14:30:05+02:00"},
		{"RFC 1123", "Mon, 10 Jun 2024 14:30:05 GMT", "2024-06-10T16:30:05+02:00"},
		{"RFC 822 with EST", "Mon, 10 Jun 2024 14:30:05 EST", "2024-06-10T21:30:05+02:00"},
		{"RFC 2822 without weekday", "10 Jun 2024 14:30 +0200", "2024-06-10T14:30:00+02:00"},
		{"JavaScript", "Mon Jun 10 2024 14:30:05 GMT+0200 (Mitteleuropäische Sommerzeit)", "2024-06-10T14:30:05+02:00"},
		{"Unix date", "Mon Jun 10 14:30:05 CEST 2024", "2024-06-10T14:30:05+02:00"},
		{"Unix seconds", "1718022605", "2024-06-10T14:30:05+02:00"},
		{"Unix milliseconds", "1718022605000", "2024-06-10T14:30:05+02:00"},
		{"milliseconds as .NET writes", "/Date(1718022605000)/", "2024-06-10T14:30:05+02:00"},
		{"German in an attribute", "10.06.2024", "2024-06-10"},
		{"German with time in an attribute", "10.06.2024 14:30", "2024-06-10T14:30:00+02:00"},
		{"English in an attribute", "June 10, 2024", "2024-06-10"},
		{"zero-width", "2024-06\u200b-10", "2024-06-10"},
		{"surrounded by space", " 2024-06-10 ", "2024-06-10"},
		{"epoch", "1970-01-01", ""},
		{"epoch with time", "1970-01-01T00:00:00Z", ""},
		{"epoch in Berlin", "1970-01-01T01:00:00+01:00", ""},
		{"null of .NET", "/Date(-62135596800000)/", ""},
		{"epoch as number", "0000000000", ""},
		{"year one", "0001-01-01T00:00:00", ""},
		{"Excel's zero", "1899-12-30", ""},
		{"zeros", "0000-00-00", ""},
		{"month only", "2024-06", ""},
		{"year only", "2024", ""},
		{"impossible", "2024-02-31", ""},
		{"ambiguous", "06/10/2024", ""},
		{"ordinal day", "2024-162", ""},
		{"empty", "", ""},
		{"template", "{{ date }}", ""},
		{"duration", "PT1H30M", ""},
		{"far future", "9999-12-31", ""},
		{"far future, near", "2222-12-31", ""},
		{"garbage", "yesterday-ish", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			m, err := ParseMachine(row.text, nil)
			if m.String() != row.want {
				t.Errorf("ParseMachine(%q) = %q (%v), want %q", row.text, m, err, row.want)
			}
			if (err == nil) != (row.want != "") {
				t.Errorf("ParseMachine(%q): error %v", row.text, err)
			}
		})
	}
}

func TestTooFarAhead(t *testing.T) {
	at := func(days int) news.Moment {
		return news.Moment{Time: fetched.AddDate(0, 0, days), Precision: news.Day}
	}
	for days, want := range map[int]bool{-1: false, 0: false, 2: false, 3: true} {
		if got := TooFarAhead(at(days), fetched); got != want {
			t.Errorf("TooFarAhead(fetch + %d days) = %v, want %v", days, got, want)
		}
	}
	if TooFarAhead(news.Moment{}, fetched) || TooFarAhead(at(9), time.Time{}) {
		t.Error("TooFarAhead without a date or without a fetch must be false")
	}
}
