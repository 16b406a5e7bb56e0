package feedout

import (
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

// A tongue is a language that our pages speak.
type tongue uint8

const (
	german tongue = iota
	english
)

// pick is the tongue for a BCP 47 tag: German for German, else English.
func pick(tag string) tongue {
	if main, _, _ := strings.Cut(strings.ToLower(tag), "-"); main == "de" {
		return german
	}
	return english
}

// tag is the BCP 47 tag of the tongue.
func (t tongue) tag() string { return [...]string{"de", "en"}[t] }

// spoken picks the tongue for an Accept-Language header: the best weight wins,
// the first of equals; without one of ours it is the site's.
func spoken(header []string, site string) tongue {
	best, bestWeight := pick(site), 0
	for _, h := range header {
		for len(h) > 0 {
			var item string
			item, h, _ = strings.Cut(h, ",")
			name, params, _ := strings.Cut(item, ";")
			weight := quality(params)
			name = strings.TrimSpace(name)
			if len(name) < 2 || weight <= bestWeight || len(name) > 2 && name[2] != '-' {
				continue
			}
			switch {
			case strings.EqualFold(name[:2], "de"):
				best, bestWeight = german, weight
			case strings.EqualFold(name[:2], "en"):
				best, bestWeight = english, weight
			}
		}
	}
	return best
}

// say is a phrase in the tongue. Phrases are written in English in the code;
// one without a translation is a mistake that a test finds.
func (t tongue) say(phrase string) string {
	if t == german {
		if de, ok := germanPhrases[phrase]; ok {
			return de
		}
	}
	return phrase
}

// narrowed is what follows "News" where they are of one tag, place or source:
// "News from Kassel about Traffic".
func (t tongue) narrowed(f news.Facet) string {
	switch f {
	case news.Tag:
		return t.say("about %s")
	case news.Place:
		return t.say("from %s")
	}
	return t.say("by %s")
}

// count is a number with its noun in the right form.
func (t tongue) count(n int, noun string) string {
	forms, ok := nouns[noun]
	if !ok {
		return t.number(n) + " " + noun
	}
	i := int(t) * 2
	if n != 1 {
		i++
	}
	return t.number(n) + " " + forms[i]
}

// nouns are singular and plural, German and English.
var nouns = map[string][4]string{
	"item":       {"Meldung", "Meldungen", "item", "items"},
	"tag":        {"Thema", "Themen", "tag", "tags"},
	"place":      {"Ort", "Orte", "place", "places"},
	"source":     {"Quelle", "Quellen", "source", "sources"},
	"feed":       {"Feed", "Feeds", "feed", "feeds"},
	"attachment": {"Anhang", "Anhänge", "attachment", "attachments"},
	"revision":   {"frühere Fassung", "frühere Fassungen", "earlier version", "earlier versions"},
	"failure":    {"Fehlversuch in Folge", "Fehlversuche in Folge", "failure in a row", "failures in a row"},
	"minute":     {"Minute", "Minuten", "minute", "minutes"},
	"hour":       {"Stunde", "Stunden", "hour", "hours"},
	"day":        {"Tag", "Tage", "day", "days"},
}

// number is a whole number with the tongue's thousands separator.
func (t tongue) number(n int) string {
	s := strconv.Itoa(n)
	sep := "."
	if t == english {
		sep = ","
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

var (
	germanMonths = [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
	germanDays   = [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
)

// day is a date with its weekday.
func (t tongue) day(at time.Time) string {
	if t == english {
		return at.Format("Monday, 2 January 2006")
	}
	return germanDays[at.Weekday()] + ", " + t.date(at)
}

// date is a date without its weekday.
func (t tongue) date(at time.Time) string {
	if t == english {
		return at.Format("2 January 2006")
	}
	return strconv.Itoa(at.Day()) + ". " + germanMonths[at.Month()-1] + " " + strconv.Itoa(at.Year())
}

// clock is a time of day.
func (t tongue) clock(at time.Time) string {
	if t == english {
		return at.Format("15:04")
	}
	return at.Format("15:04") + " Uhr"
}

// moment is a date with its time of day.
func (t tongue) moment(at time.Time) string { return t.date(at) + ", " + t.clock(at) }

// month is the short name of a month, for the heat map.
func (t tongue) month(m time.Month) string {
	if t == english {
		return m.String()[:3]
	}
	return [...]string{"Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"}[m-1]
}

// ago is a span of time in round words.
func (t tongue) ago(d time.Duration) string {
	var words string
	switch {
	case d < 2*time.Minute:
		return t.say("just now")
	case d < 2*time.Hour:
		words = t.count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		words = t.count(int(d/time.Hour), "hour")
	default:
		words = t.count(int(d/(24*time.Hour)), "day")
		if t == german {
			words = strings.Replace(words, "Tage", "Tagen", 1)
		}
	}
	if t == german {
		return "vor " + words
	}
	return words + " ago"
}

// size is a number of bytes in round words.
func (t tongue) size(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n < 1000:
		return t.number(int(n)) + " B"
	case n < 1_000_000:
		return t.number(int((n+500)/1000)) + " kB"
	}
	s := strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
	if t == german {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

var germanPhrases = map[string]string{
	"withdrawn:": "Zurückgezogen:",
	"The publisher has withdrawn this report.": "Der Herausgeber hat diese Meldung zurückgezogen.",

	"Skip to content":    "Zum Inhalt springen",
	"Main navigation":    "Hauptnavigation",
	"Newest":             "Aktuell",
	"Newest items":       "Neueste Meldungen",
	"Tags":               "Themen",
	"Places":             "Orte",
	"Sources":            "Quellen",
	"Saved feeds":        "Zusammengestellte Feeds",
	"Feeds":              "Feeds",
	"Search":             "Suchen",
	"Search the items":   "Meldungen durchsuchen",
	"Search tips":        "Suchhilfe",
	"All items":          "Alle Meldungen",
	"All tags":           "Alle Themen",
	"All places":         "Alle Orte",
	"All sources":        "Alle Quellen",
	"Today":              "Heute",
	"Yesterday":          "Gestern",
	"Older items":        "Ältere Meldungen",
	"Back to the newest": "Zurück zu den neuesten",
	"Nothing here yet.":  "Hier ist noch nichts.",
	"Nothing found.":     "Nichts gefunden.",
	"Try fewer words, or only the beginning of one: “libra” finds “library”.":                          "Versuchen Sie es mit weniger Wörtern oder nur mit dem Anfang eines Wortes: „Biblio“ findet auch „Bibliothek“.",
	"As soon as one of the sources publishes something that matches, it appears here and in the feed.": "Sobald eine der Quellen etwas Passendes veröffentlicht, erscheint es hier und im Feed.",

	"Part of this search was not understood:": "Ein Teil dieser Suche wurde nicht verstanden:",
	"The items below were found without it.":  "Die folgenden Meldungen wurden ohne ihn gefunden.",
	"More than":                               "Mehr als",
	"Since":                                   "Seit",
	"Ready to subscribe to. Every tag, every place, every source and every search has a feed of its own, too.": "Diese Feeds können Sie gleich abonnieren. Auch jedes Thema, jeder Ort, jede Quelle und jede Suche hat einen eigenen Feed.",
	"Did you mean:":            "Meinten Sie:",
	"The search is too long.":  "Die Suche ist zu lang.",
	"There is no source “%s”.": "Eine Quelle „%s“ gibt es nicht.",
	"Character %d: %s":         "Zeichen %d: %s",
	search.TooMany:             "Das sind mehr Bedingungen, als eine Suche haben darf; die letzten wurden weggelassen.",
	search.TooTangled:          "Zu viele Kombinationen aus ODER und Klammern; weniger Alternativen helfen.",
	search.TooDeep:             "Zu viele Klammern sind ineinander verschachtelt.",
	search.NoDate: "„%s“ ist kein Datum. Ab einem Tag sucht seit:2026-01-31 oder seit:31.1.2026, in den " +
		"letzten Tagen oder Wochen seit:7t oder seit:4w.",
	search.NoFixedDate: "„%s“ verschiebt sich von Tag zu Tag. Was gespeichert wird, braucht ein festes Datum wie 2026-01-31 oder 31.1.2026.",
	search.DateAlone: "Ein Datum gilt für die ganze Suche: Es lässt sich nicht ausschließen, und ODER braucht " +
		"Klammern, wie in (brücke ODER tunnel) seit:2026.",
	search.NoCondition: "Eine Bedingung „%s:“ gibt es nicht, nur titel:, thema:, ort:, quelle:, seit: und bis:. " +
		"Soll das als Text gefunden werden, gehört es in Anführungszeichen.",
	search.NoValue:      "Nach „%s:“ fehlt ein Wert.",
	search.OneSided:     "Auf beiden Seiten von „%s“ muss etwas stehen, wonach gesucht wird.",
	search.NothingToNot: "Nach „%s“ fehlt, was nicht vorkommen soll.",
	search.NotClosed:    "Das schließende Anführungszeichen fehlt.",
	search.NotOpened:    "Zu dieser schließenden Klammer fehlt die öffnende.",
	search.NoClosing:    "Die schließende Klammer fehlt.",
	search.Empty:        "In der Klammer steht nichts.",

	"Only tag:, place:, source: and word: can be excluded, not “%s:”.": "Ausschließen lassen sich nur tag:, place:, source: und word:, nicht „%s:“.",

	"Subscribe": "Abonnieren",
	"A feed brings every new item into your feed reader: no e-mail address, no algorithm, no advertising. Copy the address above into your reader, or:": "Ein Feed bringt jede neue Meldung in Ihren Feedreader: ohne E-Mail-Adresse, ohne Algorithmus, ohne Werbung. Kopieren Sie die Adresse oben in Ihren Reader, oder abonnieren Sie gleich hier:",
	"Ways to subscribe":                 "So abonnieren Sie",
	"Or scan the code with your phone:": "Oder scannen Sie den Code mit dem Handy:",
	"QR code of the feed's address":     "QR-Code mit der Adresse des Feeds",
	"All feeds in one file":             "Alle Feeds in einer Datei",
	"Download the file":                 "Datei herunterladen",
	"Address of the file":               "Adresse der Datei",
	"Everything:":                       "Alles zu:",
	"All items and feed":                "Alle Meldungen und Feed",
	"Show this list on your own site":   "Diese Liste auf der eigenen Website zeigen",
	"Paste this HTML where the newest items are to appear; it needs no script:": "" +
		"Fügen Sie dieses HTML dort ein, wo die neuesten Meldungen erscheinen sollen; es kommt ohne Skript aus:",
	"A feed reader imports this file (OPML) and has all feeds of this site at once. Some readers also follow its address " +
		"and notice when feeds are added.": "Mit dieser Datei (OPML) bekommt ein Feedreader alle Feeds dieser Website auf " +
		"einmal. Manche Reader können auch ihre Adresse abonnieren und merken dann, wenn Feeds hinzukommen.",
	"All it takes is the address of the page where a town lists its news. What is on it is found " +
		"automatically and shown here before anything is saved.": "Es genügt die Adresse der Seite, " +
		"auf der eine Stadt ihre Meldungen auflistet. " +
		"Was darauf steht, wird automatisch erkannt und hier gezeigt, bevor etwas gespeichert wird.",
	"Add a source": "Quelle hinzufügen",
	"Please give an address: that of the page where the town lists its news.": "Bitte geben Sie eine Adresse an: " +
		"die der Seite, auf der die Stadt ihre Meldungen auflistet.",
	"The page did not answer in time. Please try again later.": "Die Seite hat nicht rechtzeitig geantwortet. " +
		"Bitte versuchen Sie es später noch einmal.",
	"To add it by hand, paste this under sources: in the configuration:": "Um es von Hand einzutragen, fügen Sie dies " +
		"in der Konfiguration unter sources: ein:",
	"Address of the page with all news": "Adresse der Seite mit allen Meldungen",
	"Look at it":                        "Ansehen",
	"Found":                             "Gefunden",
	"This looks like the page of one report. The page that lists all of them makes a better source.": "Das sieht nach der Seite einer einzelnen Meldung aus. Besser geeignet ist die Seite, auf der alle aufgelistet sind.",
	"With a date":                     "Mit Datum",
	"With a place":                    "Mit Ort",
	"Older pages":                     "Ältere Seiten",
	"yes":                             "ja",
	"none found":                      "keine gefunden",
	"Read by":                         "Gelesen mit",
	"detection":                       "automatischer Erkennung",
	"allows it":                       "erlaubt den Abruf",
	"there is none, so it is allowed": "gibt es nicht, der Abruf ist also erlaubt",
	"no date":                         "ohne Datum",
	"and more":                        "und weitere",
	"The site has a feed of its own:": "Die Website hat einen eigenen Feed:",
	"Use that instead":                "Stattdessen diesen nehmen",
	"Add it":                          "Hinzufügen",
	"Short name, for addresses":       "Kurzname, für die Adressen",
	"Title for readers":               "Titel für Leserinnen und Leser",
	"Place, if all items are about the same one": "Ort, falls alle Meldungen denselben betreffen",
	"Add the source":                         "Quelle hinzufügen",
	"What is written into the configuration": "Was in die Konfiguration geschrieben wird",
	"Counted among the newest %s.":           "Gezählt in den neuesten %s.",
	"Choosing works by tag:, place:, source: and word: only, not by “%s:”.": "Auswählen lässt sich nur nach tag:, " +
		"place:, source: und word:, nicht nach „%s:“.",
	"This form was sent from another site.": "Dieses Formular kam von einer anderen Website.",
	"That did not work":                     "Das hat nicht geklappt",
	"The form could not be read.":           "Das Formular konnte nicht gelesen werden.",
	"The search is empty.":                  "Die Suche ist leer.",
	"Too many searches are saved already; for now no more can be added.": "Es sind schon so viele Suchen gespeichert, " +
		"dass vorerst keine weitere hinzukommen kann.",
	"Saved searches":                         "Gespeicherte Suchen",
	"Keep this search as a feed of your own": "Diese Suche als eigenen Feed behalten",
	"You get a feed with an address that only you know. It keeps looking for the same, and you can end it on its " +
		"page.": "Sie bekommen einen Feed mit einer Adresse, die nur Sie kennen. Wonach er sucht, bleibt unverändert; " +
		"beenden können Sie ihn auf seiner Seite.",
	"You will be asked for your key.": "Sie werden nach Ihrem Schlüssel gefragt.",
	"Title":                           "Titel",
	"Make the feed":                   "Feed anlegen",
	"This feed is yours: its address is not listed anywhere, and anyone who knows it can read and end the feed. Keep it safe; it cannot be looked up later.": "Dieser Feed gehört Ihnen: Seine Adresse ist nirgends aufgeführt, und wer sie kennt, kann ihn lesen und beenden. Bewahren Sie sie gut auf; nachschlagen lässt sie sich später nicht.",
	"End this feed": "Feed beenden",
	"Searches that people keep as feeds of their own. Anyone who knows the address of one can read it; here you can end " +
		"it.": "Suchen, die Leserinnen und Leser als eigenen Feed behalten. Wer die Adresse eines solchen Feeds kennt, kann " +
		"ihn lesen; hier können Sie ihn beenden.",
	"Made":                   "Angelegt",
	"End":                    "Beenden",
	"No searches are saved.": "Es sind keine Suchen gespeichert.",
	"This feed is private. Enter your token as the password in your reader, with any user name; if the reader knows no " +
		"passwords, append it to the address:": "Dieser Feed ist nicht öffentlich. Geben Sie im Reader Ihr Token als " +
		"Passwort ein, mit beliebigem Benutzernamen; kennt der Reader keine Passwörter, hängen Sie es an die Adresse an:",
	"Feed address":           "Adresse des Feeds",
	"Copy":                   "Kopieren",
	"Copied":                 "Kopiert",
	"All feeds as OPML file": "Alle Feeds als OPML-Datei",
	"What is a feed reader?": "Was ist ein Feedreader?",
	"A program or website that collects news from many sources for you. Well-known ones are NetNewsWire, FreshRSS, " +
		"Miniflux, Feedly, Inoreader, Thunderbird and newsboat. All of them read all three formats.": "Ein Programm oder " +
		"eine Website, die Nachrichten aus vielen Quellen für Sie sammelt. Bekannt sind NetNewsWire, FreshRSS, Miniflux, " +
		"Feedly, Inoreader, Thunderbird und newsboat. Alle lesen alle drei Formate.",

	"Requests to each host":                "Anfragen an die einzelnen Server",
	"Host":                                 "Server",
	"Requests":                             "Anfragen",
	"Bytes":                                "Bytes",
	"Pauses":                               "Pausen",
	"Items per day":                        "Meldungen pro Tag",
	"Items per week":                       "Meldungen pro Woche",
	"file":                                 "Datei",
	"Formats":                              "Formate",
	"less":                                 "weniger",
	"more":                                 "mehr",
	"Source":                               "Quelle",
	"First seen":                           "Zuerst gefunden",
	"Updated":                              "Aktualisiert",
	"updated":                              "aktualisiert",
	"withdrawn":                            "zurückgezogen",
	"Read on the publisher's page":         "Auf der Seite des Herausgebers lesen",
	"The publisher's page is the original": "Maßgeblich ist die Seite des Herausgebers",
	"Image on the publisher's page":        "Bild auf der Seite des Herausgebers",
	"Attachments":                          "Anhänge",
	"Also reported by":                     "Darüber berichten auch",
	"Earlier versions":                     "Frühere Fassungen",
	"until":                                "bis",
	"changed":                              "geändert",
	"headline":                             "Überschrift",
	"teaser":                               "Anrisstext",
	"body":                                 "Text",
	"place":                                "Ort",
	"kicker":                               "Dachzeile",
	"published":                            "Datum",
	"byline":                               "Autor",
	"tags":                                 "Themen",
	"attachments":                          "Anhänge",
	"The report itself could not be read yet; this is what the overview shows.": "Die Meldung selbst ließ sich noch " +
		"nicht abrufen; hier steht, was die Übersicht zeigt.",
	"The publisher has taken this report down. What remains is its headline.": "Der Herausgeber hat diese Meldung " +
		"entfernt. Erhalten bleibt nur ihre Überschrift.",
	"Deleted text is struck out, new text is underlined.": "Gelöschtes ist durchgestrichen, Neues unterstrichen.",

	"ok":                    "in Ordnung",
	"degraded":              "eingeschränkt",
	"broken":                "gestört",
	"blocked":               "blockiert",
	"stale":                 "verstummt",
	"not visited yet":       "noch nicht besucht",
	"Cause":                 "Ursache",
	"Previous page":         "Vorige Seite",
	"Next page":             "Nächste Seite",
	"Health of the sources": "Zustand der Quellen",
	"State":                 "Zustand",
	"Last visit":            "Letzter Besuch",
	"Last new item":         "Letzte neue Meldung",
	"Next visit":            "Nächster Besuch",
	"Items":                 "Meldungen",
	"Recent visits":         "Letzte Besuche",
	"What helps":            "Was hilft",
	"Field":                 "Feld",
	"Before":                "Bisher",
	"Now":                   "Jetzt",
	"leave it out":          "weglassen",
	"rule of the preset":    "Regel der Vorlage",
	"Changes of state":      "Zustandswechsel",
	"never":                 "nie",
	"just now":              "gerade eben",
	"By e-mail":             "Per E-Mail",
	"E-mail address":        "E-Mail-Adresse",
	"Get e-mails":           "E-Mails bekommen",
	"First you get a mail with a link to confirm. " +
		"Your address is used for these mails only, and deleted when you unsubscribe.": "Zuerst kommt eine Mail mit einem " +
		"Link zur Bestätigung. " +
		"Ihre Adresse dient nur diesen Mails und wird gelöscht, wenn Sie sie abbestellen.",
	"Please check your inbox": "Bitte sehen Sie in Ihrem Postfach nach",
	"You are being sent a mail with a link. " +
		"You get this feed by e-mail only once you have followed it.": "Wir schicken Ihnen eine Mail mit einem Link. " +
		"Erst wenn Sie ihm folgen, bekommen Sie diesen Feed per E-Mail.",
	"It should arrive within a few minutes. If it does not, check your spam folder.": "Sie müsste in wenigen Minuten da sein; " +
		"wenn nicht, sehen Sie bitte auch im Spam-Ordner nach.",
	"That is not an e-mail address.": "Das ist keine E-Mail-Adresse.",
	"Too many people have asked for e-mails just now. Please try again in an hour.": "Gerade wurden sehr viele E-Mails angefordert. " +
		"Bitte versuchen Sie es in einer Stunde noch einmal.",
	"Do you want to get new items from this feed by e-mail?": "Möchten Sie neue Meldungen aus diesem Feed per E-Mail bekommen?",
	"Done: you get new items by e-mail. Each mail has a link to unsubscribe.": "Fertig: Neue Meldungen bekommen Sie jetzt per E-Mail. " +
		"In jeder Mail steht ein Link zum Abbestellen.",
	"Yes, send me e-mails":                       "Ja, bitte per E-Mail",
	"You will no longer get these e-mails.":      "Sie bekommen diese Mails nicht mehr.",
	"Do you want to stop getting these e-mails?": "Möchten Sie diese Mails nicht mehr bekommen?",
	"Unsubscribe": "Abbestellen",

	"Held back":                      "Zurückgehalten",
	"Subscribe to changes":           "Zustandswechsel abonnieren",
	"No sources are configured yet.": "Es ist noch keine Quelle eingerichtet.",
	"All sources are fine.":          "Alle Quellen sind in Ordnung.",
	"This machine's clock is wrong. Until it is set right, the time that the sources' servers report is used.": "Die Uhr dieses Rechners geht falsch. Bis sie gestellt ist, gilt die Zeit, die die Server der Quellen nennen.",
	"There is a problem with the archive; the log says why. What it holds is still served.":                    "Das Archiv ist gestört; den Grund nennt das Protokoll. Was es enthält, wird weiter ausgeliefert.",
	"need attention":                 "sind nicht in Ordnung",
	"needs attention":                "ist nicht in Ordnung",
	"by":                             "von",
	"The source's own page":          "Seite der Quelle",
	"Published with Stadtfeed":       "Veröffentlicht mit Stadtfeed",
	"Contact":                        "Kontakt",
	"cycle path":                     "radweg sanierung",
	"“public transport”":             "„öffentlicher nahverkehr“",
	"cycle OR bike":                  "radweg ODER fahrrad",
	"(bridge OR tunnel) budget":      "(brücke ODER tunnel) haushalt",
	"title:budget":                   "titel:haushalt",
	"-carnival":                      "-karneval",
	"tag:traffic place:kassel":       "thema:verkehr ort:kassel",
	"since:2026-01-31 until:2026-02": "seit:31.1.2026 bis:2026-02",
	"both words, or longer words that begin with them":  "beide Wörter oder längere, die so anfangen",
	"exactly these words":                               "genau diese Wörter",
	"either of them":                                    "eines von beiden",
	"brackets group":                                    "Klammern fassen zusammen",
	"in the headline":                                   "in der Überschrift",
	"without this word":                                 "ohne dieses Wort",
	"by tag, by place; by source with source:":          "nach Thema, nach Ort; nach Quelle mit quelle:",
	"from a date, up to a date; or since:7d, since:4w":  "ab einem Tag, bis zu einem Tag; oder seit:7t, seit:4w",
	"Save as feed":                                      "Als Feed speichern",
	"For whoever runs this site, in the configuration:": "Für den Betreiber dieser Website, in der Konfiguration:",
	"What is in this feed":                              "Was dieser Feed enthält",
	"Everything that meets all of these conditions. In each item, what brought it here is marked.": "Alles, was diese Bedingungen erfüllt. In jeder Meldung ist markiert, warum sie hier steht.",
	"not: %s":               "nicht: %s",
	" or ":                  " oder ",
	"from %s on":            "ab dem %s",
	"before %s":             "vor dem %s",
	"the word “%s…”":        "das Wort „%s…“",
	"exactly “%s”":          "genau „%s“",
	"“%s…” in the headline": "„%s…“ in der Überschrift",
	"“%s” in the headline":  "genau „%s“ in der Überschrift",
	"source “%s”":           "Quelle „%s“",
	"place “%s”":            "Ort „%s“",
	"tag “%s”":              "Thema „%s“",
	"Not found":             "Nicht gefunden",
	"There is nothing at this address. It may have been misspelt, or what you are looking for was never " +
		"published.": "Unter dieser Adresse gibt es nichts. Vielleicht enthält sie einen Tippfehler, oder das Gesuchte ist " +
		"nie erschienen.",
	"Something went wrong":                               "Etwas ist schiefgegangen",
	"Please try again later.":                            "Bitte versuchen Sie es später noch einmal.",
	"Please try again in a moment.":                      "Bitte versuchen Sie es gleich noch einmal.",
	"This address does not accept that kind of request.": "Diese Adresse nimmt solche Anfragen nicht an.",
	"The address is too long.":                           "Die Adresse ist zu lang.",
	"This page needs a password.":                        "Für diese Seite brauchen Sie ein Passwort.",
	"To the newest items":                                "Zu den neuesten Meldungen",
	"News":                                               "Nachrichten",
	"about %s":                                           "zum Thema %s",
	"from %s":                                            "aus %s",
	"by %s":                                              "der Quelle „%s“",
	"Items found for: %s":                                "Treffer für: %s",
	"News of towns and counties":                         "Nachrichten von Städten, Gemeinden und Kreisen",
	"Search: %s":                                         "Suche: %s",
	"items":                                              "Meldungen",
	"State of the sources":                               "Zustand der Quellen",
	"changed from %s to %s":                              "Bisher „%s“, jetzt „%s“.",
}
