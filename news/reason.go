package news

import (
	"strconv"
	"strings"
	"time"
)

// A Reason is one cause of a source's health, or one thing that helps: a code
// that stays the same from version to version, and what fills its sentence.
type Reason struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Because is a Reason.
func Because(code string, args ...string) Reason { return Reason{code, args} }

// Say puts reasons into a sentence in a language (a BCP 47 tag: German for
// German, else English); where there are none, as in older records, plain.
func Say(language string, reasons []Reason, plain string) string {
	if len(reasons) == 0 {
		return plain
	}
	said := make([]string, len(reasons))
	for i, r := range reasons {
		said[i] = r.in(isGerman(language))
	}
	return strings.Join(said, "; ")
}

func isGerman(language string) bool {
	main, _, _ := strings.Cut(language, "-")
	return strings.EqualFold(main, "de")
}

// in fills the sentence of a reason: {0} is its first argument as it stands,
// {0|day|days} that number with its noun, {0:} that word in the language, {0@}
// that day (2026-01-31) as people write it. A code of a later version is shown
// with what it says.
func (r Reason) in(german bool) string {
	form, ok := reasons[r.Code]
	if !ok {
		return strings.Join(append([]string{r.Code}, r.Args...), " ")
	}
	rest := form.en
	if german {
		rest = form.de
	}
	var b strings.Builder
	for {
		text, after, more := strings.Cut(rest, "{")
		b.WriteString(text)
		if !more {
			return b.String()
		}
		hole, after, _ := strings.Cut(after, "}")
		b.WriteString(r.fill(hole, german))
		rest = after
	}
}

func (r Reason) fill(hole string, german bool) string {
	i, err := strconv.Atoi(hole[:1])
	if err != nil || i >= len(r.Args) {
		return ""
	}
	arg := r.Args[i]
	switch how := hole[1:]; {
	case how == ":":
		if word, ok := reasonWords[arg]; ok && german {
			return word.de
		} else if ok {
			return word.en
		}
	case how == "@":
		if day, err := time.Parse(time.DateOnly, arg); err == nil && german {
			return day.Format("2.1.2006")
		} else if err == nil {
			return day.Format("2 January 2006")
		}
	case how != "":
		one, many, _ := strings.Cut(how[1:], "|")
		if arg == "1" {
			return arg + " " + one
		}
		return arg + " " + many
	}
	return arg
}

// A form is a sentence or a word in our languages.
type form struct{ en, de string }

// reasons are the sentences: causes first, then what helps. Faults of the
// network and of pages have the page's address and the exact error.
var reasons = map[string]form{
	"gone": {
		"{0|article|articles} vanished all at once; they are kept unless they stay away for a week",
		"{0|Artikel war|Artikel waren} auf einmal verschwunden; was nicht eine Woche lang fehlt, bleibt erhalten",
	},
	"held": {
		"{0|entry|entries} held back: they look like old news arriving all at once",
		"{0|Eintrag|Einträge} zurückgehalten: Das sieht nach alten Nachrichten aus, die auf einmal eintreffen",
	},
	"unread":       {"none of {0|article|articles} could be read: {1}", "von {0|Artikel|Artikeln} ließ sich keiner lesen: {1}"},
	"refused":      {"none of {0|article|articles} may be read: {1}", "von {0|Artikel|Artikeln} darf keiner gelesen werden: {1}"},
	"few":          {"the listing shows {0|entry|entries} where {1} are usual", "die Liste zeigt {0|Eintrag|Einträge}, üblich sind {1}"},
	"listing-lost": {"the listing no longer shows {0:}", "die Liste zeigt keine {0:} mehr"},
	"article-lost": {"articles no longer show {0:}", "die Artikel zeigen keine {0:} mehr"},
	"rules-lost": {"these rules no longer match, and detection stands in: {0}", "diese Regeln passen nicht mehr, und " +
		"die Erkennung springt ein: {0}"},
	"rules-dead": {
		"these rules have found nothing since {1@}, and detection stands in: {0}",
		"diese Regeln finden seit dem {1@} nichts mehr, und die Erkennung springt ein: {0}",
	},
	"same": {
		"{0} of {1|article|articles} read at once show the same {2:}",
		"{0} von {1|Artikel|Artikeln}, die auf einmal gelesen wurden, zeigen dasselbe ({2:})",
	},
	"rebuilt": {"the page was rebuilt: {0} % of its structure is new", "die Seite wurde umgebaut: {0} % ihres Aufbaus sind neu"},
	"silent": {
		"nothing new for {0|day|days}, where the usual pause is {1|day|days} at most",
		"seit {0|Tag|Tagen} nichts Neues; die übliche Pause dauert höchstens {1|Tag|Tage}",
	},
	"moved": {"the listing has moved for good to {0}", "die Liste ist endgültig umgezogen nach {0}"},
	"tried": {"tried {0|time|times}", "bisher {0|Versuch|Versuche}"},

	"failed":            {"{0}", "{0}"},
	"fault-address":     {"{0}: {1}", "{0}: Diese Adresse wird nicht abgerufen ({1})"},
	"fault-private":     {"{0}: {1}", "{0}: Die Adresse liegt in einem privaten Netz ({1})"},
	"fault-robots":      {"{0}: {1}", "{0}: robots.txt erlaubt den Abruf nicht oder ist nicht abrufbar ({1})"},
	"fault-time-out":    {"{0}: {1}", "{0}: keine Antwort in der vorgesehenen Zeit"},
	"fault-network":     {"{0}: {1}", "{0}: Die Verbindung kam nicht zustande oder brach ab ({1})"},
	"fault-name":        {"{0}: {1}", "{0}: Der Hostname ist unbekannt ({1})"},
	"fault-certificate": {"{0}: {1}", "{0}: Das Zertifikat ist nicht in Ordnung ({1})"},
	"fault-redirect":    {"{0}: {1}", "{0}: Die Weiterleitungen führen nicht ans Ziel ({1})"},
	"fault-too-large":   {"{0}: {1}", "{0}: Die Seite ist zu groß ({1})"},
	"fault-encoding":    {"{0}: {1}", "{0}: Die komprimierte Seite lässt sich nicht entpacken ({1})"},
	"fault-media":       {"{0}: {1}", "{0}: Das ist keine Webseite ({1})"},
	"fault-gone":        {"{0}: {1}", "{0}: Die Seite gibt es nicht mehr ({1})"},
	"fault-forbidden":   {"{0}: {1}", "{0}: Der Server verweigert den Zugriff ({1})"},
	"fault-busy":        {"{0}: {1}", "{0}: Der Server ist überlastet oder bittet um eine Pause ({1})"},
	"fault-server":      {"{0}: {1}", "{0}: Der Server meldet einen Fehler ({1})"},
	"fault-status":      {"{0}: {1}", "{0}: unerwartete Antwort ({1})"},
	"fault-obstacle":    {"{0}: instead of news there is {1:}", "{0}: Statt Nachrichten kommt {1:}"},
	"fault-page":        {"{0}: {1}", "{0}: Die Seite ist nicht lesbar ({1})"},
	"fault-empty":       {"{0}: {1}", "{0}: Die Liste enthält keine Einträge"},
	"fault-panic":       {"{0}: {1}", "{0}: ein Fehler in Stadtfeed ({1})"},

	"note-one":   {"{0} is {1:}", "{0} ist {1:}"},
	"note-many":  {"{0|source is|sources are} {1:}", "{0|Quelle ist|Quellen sind} {1:}"},
	"note-cause": {"{0:}", "{0:}"},
	"note-more":  {"and {0} more", "und {0} weitere"},
	"note-daily": {"{0} of {1|source|sources} not well", "{0} von {1|Quelle|Quellen} nicht in Ordnung"},
	"note-since": {"{0} has been {1:} since {2@}: {3}", "{0} ist seit dem {2@} {1:}: {3}"},
	"note-over":  {"no longer: {0}", "nicht mehr: {0}"},

	"add-listed": {"{0} is a source already: {1}", "{0} ist schon eine Quelle: {1}"},
	"add-empty": {
		"{0}: no news was found on this page; give the address of the page that lists all news",
		"{0}: Auf dieser Seite wurden keine Meldungen gefunden. Geben Sie die Adresse der Seite an, auf der alle Meldungen stehen",
	},
	"add-feed-empty": {"{0}: the site's own feed is empty", "{0}: Der eigene Feed der Website ist leer"},
	"add-wrong":      {"the configuration would no longer be right: {0}", "die Konfiguration wäre danach fehlerhaft: {0}"},
	"add-unwritable": {"the configuration file cannot be written: {0}", "die Konfigurationsdatei lässt sich nicht schreiben: {0}"},
	"add-not-in-force": {
		"the source was written into the configuration, which could not be reloaded: {0}",
		"die Quelle steht in der Konfiguration, die sich aber nicht neu laden ließ: {0}",
	},

	"archive-rewound": {
		"the database has lost commits, as after a failover or a restored backup; nothing is written",
		"der Datenbank fehlen Änderungen, wie nach einem Serverausfall oder einer zurückgespielten Sicherung; geschrieben wird nichts",
	},
	"archive-away": {
		"the database does not answer; pages held in memory are still served, and no source is visited",
		"die Datenbank antwortet nicht; ausgeliefert wird, was im Speicher liegt, und keine Quelle wird besucht",
	},
	"archive-unwritable": {"visits cannot be stored; what the archive holds is served",
		"Besuche lassen sich nicht speichern; ausgeliefert wird, was das Archiv enthält"},
	"archive-damaged": {"the archive is damaged", "das Archiv ist beschädigt"},
	"archive-replaced": {"the archive's file was removed or replaced while it is in use",
		"die Datei des Archivs wurde im laufenden Betrieb entfernt oder ersetzt"},
	"backup-late":       {"the last backup was made on {0@}", "die letzte Sicherung ist vom {0@}"},
	"backup-none":       {"no backup has been made yet", "es gibt noch keine Sicherung"},
	"backup-failed":     {"the last backup failed", "die letzte Sicherung ist gescheitert"},
	"backup-impossible": {"the folder of the backups cannot be written", "in den Ordner der Sicherungen lässt sich nicht schreiben"},
	"tls-unusable": {
		"the renewed certificate cannot be used; the previous one is still served",
		"das erneuerte Zertifikat lässt sich nicht verwenden; noch gilt das alte",
	},
	"tls-expires":    {"the certificate expires on {0@}", "das Zertifikat läuft am {0@} ab"},
	"tls-expired":    {"the certificate expired on {0@}", "das Zertifikat ist am {0@} abgelaufen"},
	"publish-failed": {"the feeds cannot be written as files", "die Feeds lassen sich nicht als Dateien schreiben"},
	"late": {
		"{0|source was|sources were} not visited for twice as long as scheduled: {1}",
		"{0|Quelle wurde|Quellen wurden} doppelt so lange nicht besucht wie vorgesehen: {1}",
	},
	"untold": {
		"{0|change|changes} of health could not be told to the webhook",
		"{0|Zustandswechsel ließ|Zustandswechsel ließen} sich dem Webhook nicht melden",
	},
	"undelivered": {
		"{0|receiver does|receivers do} not accept notices",
		"{0|Empfänger nimmt|Empfänger nehmen} keine Mitteilungen an",
	},
	"held-items": {"{0|item is|items are} held back: {1}", "{0|Meldung wird|Meldungen werden} zurückgehalten: {1}"},
	"held-deletions": {
		"{0|record is|records are} past the retention but not deleted yet, because there are so many at once",
		"bei {0|Eintrag|Einträgen} ist die Aufbewahrungsfrist abgelaufen; gelöscht wurde noch nichts, weil es auf einmal so viele sind",
	},

	"resume-database": {"stadtfeed database resume lets it go on", "mit stadtfeed database resume geht es weiter"},
	"look-at-database": {"the log says why; it is retried automatically", "den Grund nennt das Protokoll; es wird " +
		"automatisch wieder versucht"},
	"free-disk": {
		"the log says why: usually the disk is full or cannot be written; it is retried automatically",
		"den Grund nennt das Protokoll: meist ist die Festplatte voll oder nicht beschreibbar; es wird automatisch wieder versucht",
	},
	"restore-backup": {
		"stop the daemon and restore a backup; stadtfeed verify says how much is damaged",
		"den Dienst anhalten und eine Sicherung zurückspielen; stadtfeed verify sagt, wie viel beschädigt ist",
	},
	"save-archive": {
		"stadtfeed backup FILE saves what the daemon holds; then stop it and put that back with stadtfeed restore FILE",
		"stadtfeed backup DATEI sichert, was der Dienst noch hat; dann anhalten und es mit stadtfeed restore DATEI zurückspielen",
	},
	"look-at-backup": {
		"see the log, and check that the folder of the backups can be written and has room",
		"im Protokoll nachsehen, ob der Ordner der Sicherungen beschreibbar ist und genug Platz hat",
	},
	"look-at-loop": {
		"the log says what holds them up; a restart loses nothing",
		"das Protokoll sagt, was sie aufhält; bei einem Neustart geht nichts verloren",
	},
	"look-at-hook": {
		"check the address under webhook; the log says what it answers",
		"die Adresse unter webhook prüfen; das Protokoll sagt, was sie antwortet",
	},
	"look-at-notices": {
		"the log names the receiver and the reason; stadtfeed notify test NAME sends one to try",
		"das Protokoll nennt Empfänger und Grund; stadtfeed notify test NAME schickt eine Mitteilung zur Probe",
	},
	"review-all": {
		"look at them with stadtfeed held; stadtfeed held SOURCE --release publishes them",
		"mit stadtfeed held ansehen; stadtfeed held QUELLE --release veröffentlicht sie",
	},
	"review-deleted": {
		"look with stadtfeed held --deletions; where the clock was wrong, set it right and nothing is deleted",
		"mit stadtfeed held --deletions ansehen; ging die Uhr falsch, muss sie gestellt werden, dann wird nichts gelöscht",
	},
	"look-at-tls": {
		"put a valid pair under tls; it is noticed without a restart, and the log says what is wrong with it",
		"unter tls ein gültiges Paar ablegen; es wird ohne Neustart bemerkt, und das Protokoll sagt, was daran nicht stimmt",
	},
	"look-at-publish": {
		"see the log, and check that the folder under publish can be written and has room",
		"im Protokoll nachsehen, ob der Ordner unter publish beschreibbar ist und genug Platz hat",
	},

	"wait": {
		"nothing to do: it is retried automatically, less and less often",
		"nichts zu tun: Der Abruf wird automatisch wiederholt, in immer größeren Abständen",
	},
	"wait-over": {"nothing to do: it is retried automatically", "nichts zu tun: Der Abruf wird automatisch wiederholt"},
	"set-url":   {"set url: {0}", "url: {0} eintragen"},
	"correct-url": {"correct the url: http or https on port 80, 443 or above 1023",
		"url berichtigen: http oder https auf Port 80, 443 oder über 1023"},
	"allow-private": {"if the host is your own, set allow_private: true for this source",
		"wenn es Ihr eigener Server ist, bei dieser Quelle allow_private: true eintragen"},
	"ask-robots": {"the town's robots.txt asks crawlers to stay away; ask the town, or use another page or its " +
		"feed", "die robots.txt der Stadt schließt Crawler aus; die Stadt fragen oder eine andere Seite oder ihren Feed nehmen"},
	"check-host": {"check the host name in url", "den Hostnamen in url prüfen"},
	"tell-town": {"tell the town that its certificate is not valid; or use its other address",
		"der Stadt melden, dass ihr Zertifikat ungültig ist, oder ihre andere Adresse nehmen"},
	"follow-address": {"open the address in a browser and use the one where you end up",
		"die Adresse im Browser öffnen und die eintragen, zu der sie führt"},
	"smaller-page": {"use a smaller page of the site as url; pages are read up to 3 MiB",
		"eine kleinere Seite als url nehmen; gelesen wird bis 3 MiB"},
	"find-address": {"the page has moved: look for the new address with stadtfeed add",
		"die Seite ist umgezogen; die neue Adresse mit stadtfeed add suchen"},
	"ask-town": {"the site turns crawlers away; ask the town to let the user agent stadtfeed in, or use its feed",
		"die Website weist Crawler ab; die Stadt bitten, den User-Agent stadtfeed zuzulassen, oder ihren Feed nehmen"},
	"look-at-page": {"look with stadtfeed try: the page may be built differently now; else give rules",
		"mit stadtfeed try ansehen: Vielleicht ist die Seite jetzt anders aufgebaut; sonst Regeln angeben"},
	"use-page": {"use the address of a page or feed", "die Adresse einer Seite oder eines Feeds nehmen"},
	"report-fault": {"this is a fault of Stadtfeed; please report it with the page",
		"das ist ein Fehler in Stadtfeed; bitte mit der Seite melden"},
	"use-feed": {"the page is built in the browser; use the site's feed, or another page of it",
		"die Seite entsteht erst im Browser; den Feed der Website oder eine andere Seite nehmen"},
	"find-news": {"look at the town's site: the news may have moved to another page or system",
		"die Website der Stadt ansehen: Vielleicht stehen die Nachrichten jetzt auf einer anderen Seite oder in einem " +
			"anderen System"},
	"look": {"look with stadtfeed try {0}", "mit stadtfeed try {0} ansehen"},
	"review-held": {"look at them with stadtfeed held {0}; --release publishes them",
		"mit stadtfeed held {0} ansehen; --release veröffentlicht sie"},
	"rules-instead": {"these rules would fit now, in place of the source's own:\n{0}",
		"statt der Regeln der Quelle würden jetzt diese passen:\n{0}"},
	"rules-out": {
		"take the source's rules out: none of them finds anything now, and detection does without",
		"die Regeln der Quelle löschen: Keine davon findet noch etwas, und die Erkennung kommt ohne sie aus",
	},
	"rules": {"these rules would fit now:\n{0}", "diese Regeln würden jetzt passen:\n{0}"},
}

// reasonWords are words that fill sentences: fields, and what pages are
// instead of news.
var reasonWords = map[string]form{
	"headline":  {"headline", "Überschrift"},
	"published": {"dates", "Datumsangaben"},
	"teaser":    {"teasers", "Anrisstexte"},
	"body":      {"text", "Texte"},
	"tags":      {"tags", "Themen"},
	"place":     {"places", "Orte"},

	"ok":       {"ok", "in Ordnung"},
	"degraded": {"degraded", "eingeschränkt"},
	"broken":   {"broken", "gestört"},
	"blocked":  {"blocked", "blockiert"},
	"stale":    {"stale", "verstummt"},

	"time-out":    {"time out", "keine Antwort"},
	"network":     {"network", "Verbindung"},
	"name":        {"name", "Hostname"},
	"certificate": {"certificate", "Zertifikat"},
	"redirect":    {"redirect", "Weiterleitung"},
	"too-large":   {"too large", "zu groß"},
	"encoding":    {"encoding", "Komprimierung"},
	"media":       {"media", "keine Seite"},
	"gone":        {"gone", "verschwunden"},
	"forbidden":   {"forbidden", "Zugriff verweigert"},
	"busy":        {"busy", "überlastet"},
	"server":      {"server", "Server"},
	"status":      {"status", "unerwartete Antwort"},
	"obstacle":    {"obstacle", "keine Nachrichten"},
	"page":        {"page", "nicht lesbar"},
	"empty":       {"empty", "leere Liste"},
	"robots":      {"robots", "robots.txt"},
	"address":     {"address", "Adresse"},
	"private":     {"private", "privates Netz"},
	"silent":      {"silent", "nichts Neues"},
	"held":        {"held", "zurückgehalten"},
	"few":         {"few", "wenige Einträge"},

	"block page":                  {"a page that blocks crawlers", "eine Sperrseite"},
	"captcha":                     {"a captcha", "ein Captcha"},
	"login wall":                  {"a login", "eine Anmeldung"},
	"soft 404":                    {"a page “not found”", "eine Seite „nicht gefunden“"},
	"maintenance":                 {"a notice of maintenance", "ein Hinweis auf Wartungsarbeiten"},
	"it forwards to another page": {"a redirect to another page", "eine Weiterleitung auf eine andere Seite"},
	"needs a browser":             {"an empty shell that needs a browser", "eine leere Hülle, die einen Browser braucht"},
}
