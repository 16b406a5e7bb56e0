package extract

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// A page that stands in the way of news says little. Texts longer than these
// (bytes without white space and links) are never taken for an obstacle by
// words and marks alone.
const (
	littleText = 900  // a notice
	someText   = 2200 // a notice with a site around it
	siteText   = 4500 // a notice with other news around it
	shellText  = 220  // what an empty shell shows: a name, "Loading …"
)

// Obstacle tells why the page is no news although it was answered with 200: a
// block page, a captcha, a login wall, a "not found", maintenance, an empty
// shell that only a browser fills. It goes by what page and title say, and by
// how little else is there, so that a report about a blocked road or a website
// under maintenance stays a report.
func (d *Document) Obstacle() Obstacle {
	if d.feed != nil || len(d.nodes) == 0 {
		return NoObstacle
	}
	o := d.observe()
	switch {
	case o.prose < siteText && o.challenged():
		return Captcha
	case o.prose < littleText && o.says(blockPhrases):
		return BlockPage
	case o.prose < siteText && o.titled(notFoundPhrases) || o.prose < littleText && o.says(notFoundSentences):
		return SoftNotFound
	case o.prose < littleText && (o.titled(maintenancePhrases) || o.links < 12 && o.says(maintenancePhrases)):
		return Maintenance
	case o.password && o.prose < someText && (o.titled(loginPhrases) || o.prose < 300 && o.dated == 0):
		return LoginWall
	case d.forwards():
		return Forwards
	case o.prose < shellText && d.isShell(o):
		return NeedsBrowser
	}
	return NoObstacle
}

// NoNews says what is in the way and what helps, for people: "it forwards to
// another page: https://ort.example/a.php by meta refresh; give …".
func (d *Document) NoNews(o Obstacle) string {
	text := string(o)
	if f, ok := d.Forward(); ok && o == Forwards {
		text += ": " + f.String()
	}
	if help := o.Help(); help != "" {
		text += "; " + help
	}
	return text
}

func (d *Document) forwards() bool {
	_, ok := d.Forward()
	return ok
}

// An observation is what of a page matters for Obstacle.
type observation struct {
	titles   []string // folded segments of <title> and of the first headings
	text     string   // folded visible text, where there is little of it
	prose    int      // bytes of visible text that is no link
	links    int
	dated    int // <time> elements
	password bool
	marks    string // addresses of scripts, frames and forms, ids and classes; where there is little text
	scripts  int
	roots    bool // an element that scripts fill: #root, #app …
	noscript string
}

func (d *Document) observe() *observation {
	o := &observation{prose: int(d.nodes[d.body].text - d.nodes[d.body].linked), links: d.head.anchors, dated: len(d.head.times)}
	if d.head.title > 0 {
		o.addTitle(d.titleText())
	}
	heads := 0
	for _, h := range d.head.heads {
		if n := &d.nodes[h]; n.flags&isHidden != 0 || n.text == 0 || n.text > 200 || n.tag != atom.H1 && n.tag != atom.H2 {
			continue
		}
		o.addTitle(d.text(h))
		if heads++; heads == 4 {
			break
		}
	}
	if o.prose >= littleText && (o.prose >= someText || !o.titled(loginPhrases)) {
		return o
	}
	o.text = " " + news.Fold(d.textWithout(d.body, nil)) + " "
	var marks strings.Builder
	for i := range d.nodes {
		d.observeElement(nodeID(i), o, &marks) //nolint:gosec // MaxBody keeps it far below 2³¹
	}
	o.marks = strings.ToLower(marks.String())
	return o
}

// observeElement looks for passwords, scripts, and names that services for
// challenges give their elements.
func (d *Document) observeElement(i nodeID, o *observation, marks *strings.Builder) {
	n := &d.nodes[i]
	if n.flags&isText != 0 || marks.Len() > 64<<10 {
		return
	}
	switch n.tag {
	case atom.Input:
		if strings.EqualFold(attrOf(n.n, "type"), "password") {
			o.password = true
		}
	case atom.Script:
		o.scripts++
		if n.n.FirstChild != nil {
			marks.WriteString(shorten(n.n.FirstChild.Data, 4096))
		}
	case atom.Noscript:
		if n.n.FirstChild != nil {
			o.noscript += " " + news.Fold(shorten(n.n.FirstChild.Data, 1000))
		}
	}
	for _, a := range n.n.Attr {
		switch a.Key {
		case "src", "action", "id", "class", "name", "data-sitekey":
			marks.WriteByte(' ')
			marks.WriteString(a.Val)
			if a.Key == "id" && shellRoots[a.Val] || strings.HasPrefix(n.n.Data, "app-") {
				o.roots = true
			}
		}
	}
}

// titleText is what <title> holds.
func (d *Document) titleText() string {
	if c := d.nodes[d.head.title].n.FirstChild; c != nil {
		return news.Squash(c.Data)
	}
	return ""
}

// titleParts marks where one segment of a title ends.
var titleParts = strings.NewReplacer(" - ", "|", " – ", "|", " — ", "|", " :: ", "|", " · ", "|", " • ", "|", " » ", "|", ": ", "|")

// addTitle adds a title and its segments: "Seite nicht gefunden | Stadt X".
func (o *observation) addTitle(title string) {
	if len(title) > 300 {
		return
	}
	for part := range strings.SplitSeq(titleParts.Replace(title), "|") {
		if folded := news.Fold(part); folded != "" && len(strings.Fields(folded)) <= 9 {
			o.titles = append(o.titles, folded)
		}
	}
}

// titled reports whether a segment of the title or a heading is one of the
// phrases.
func (o *observation) titled(phrases phraseSet) bool {
	for _, title := range o.titles {
		if phrases.exact[title] {
			return true
		}
		first, _, _ := strings.Cut(title, " ")
		for _, start := range phrases.starts[first] {
			if strings.HasPrefix(title, start) && (len(title) == len(start) || title[len(start)] == ' ') {
				return true
			}
		}
	}
	return false
}

// says reports whether title or text hold one of the phrases.
func (o *observation) says(phrases phraseSet) bool {
	if o.titled(phrases) {
		return true
	}
	for _, phrase := range phrases.sentences {
		if strings.Contains(o.text, phrase) {
			return true
		}
	}
	return false
}

// challenged reports whether the page asks for proof of a human: the service's
// marks where there is hardly any text, its words where there is little.
func (o *observation) challenged() bool {
	if o.titled(challengeTitles) {
		return true
	}
	for _, mark := range challengeMarks {
		if o.prose < littleText && o.links < 15 && strings.Contains(o.marks, mark) {
			return true
		}
	}
	if o.prose < littleText && o.links < 15 {
		for _, phrase := range challengePhrases {
			if strings.Contains(o.text, phrase) {
				return true
			}
		}
	}
	return false
}

// isShell reports whether a page that shows next to nothing waits for scripts.
func (d *Document) isShell(o *observation) bool {
	if o.scripts == 0 || o.links > 12 || d.claimsArticle() { // what is declared for machines is news all the same
		return false
	}
	for _, phrase := range []string{"javascript", "java script"} {
		if strings.Contains(o.noscript, phrase) || strings.Contains(o.text, phrase) {
			return true
		}
	}
	return o.roots || o.prose < 40 && o.links < 3
}

// shellRoots are the ids of elements that a page's scripts fill.
var shellRoots = wordSet("root app __next __nuxt ___gatsby app-root main-app react-root reactapp vue-app svelte ember-application application appcontainer q-app")

// A phraseSet are phrases to look for. In titles a phrase stands for a whole
// segment or, written with "…" after it, for how one begins. In a text only the
// longer ones count.
type phraseSet struct {
	exact     map[string]bool
	starts    map[string][]string // by first word
	sentences []string            // with a space before
}

func phrases(list ...string) phraseSet {
	set := phraseSet{exact: map[string]bool{}, starts: map[string][]string{}}
	for _, phrase := range list {
		phrase, open := strings.CutSuffix(phrase, "…")
		set.exact[phrase] = true
		if open {
			first, _, _ := strings.Cut(phrase, " ")
			set.starts[first] = append(set.starts[first], phrase)
		}
		if len(phrase) > 12 && strings.Contains(phrase, " ") {
			set.sentences = append(set.sentences, " "+phrase)
		}
	}
	return set
}

// The phrases are folded as by news.Fold: German transliteration, no marks.
var (
	challengeTitles = phrases(
		"just a moment…", "attention required…", "einen moment bitte", "nur einen moment…", "un momento", "un instant", "een ogenblik geduld", "checking your browser…", "ihr browser wird ueberprueft…",
		"please wait", "bitte warten", "security check", "sicherheitsueberpruefung", "sicherheitspruefung", "are you a robot…", "sind sie ein mensch…", "human verification", "captcha", "robot check", "bot verification",
		"making sure you re not a bot", "verifying you are human", "one moment please", "ddos guard", "vercel security checkpoint", "verify you are human…", "client challenge", "antibot challenge…", "verification required…",
	)
	challengeMarks = []string{
		"cf-chl", "challenge-platform", "cf-challenge", "challenges.cloudflare.com", "cf-turnstile", "_incapsula_resource", "incapsula incident", "hcaptcha", "h-captcha", "g-recaptcha", "recaptcha/api", "captcha-delivery.com",
		"px-captcha", "perimeterx", "awswaf", "aws-waf", "ddos-guard", "friendlycaptcha", "frc-captcha", "friendly-challenge", "geetest", "arkoselabs", "funcaptcha", "mtcaptcha", "anubis_challenge", "anubis/static", "within.website",
		"distil_r_captcha", "distil_ident", "kasada", "sucuri_cloudproxy", "bobcmn", "altcha", "mcaptcha", "captchafox", "go-away",
	}
	challengePhrases = []string{
		" you are a human", " you are human", " not a robot", " kein roboter", " ein mensch sind", " enter the characters", " geben sie die zeichen", " geben sie den code", " security check to access", " sicherheitsabfrage",
		" captcha ", " incapsula incident", " verify that you", " verificar que eres", " verifier que vous", " non sei un robot", " non sono un robot", " pas un robot", " no eres un robot", " geen robot", " ikke en robot", " browser wird ueberprueft", " checking your browser",
		" checking if the site connection is secure", " enable javascript and cookies to continue", " aktivieren sie javascript und cookies um fortzufahren",
	}
	blockPhrases = phrases(
		"access denied", "access to this page has been denied", "access to this website has been denied", "zugriff verweigert", "zugriff gesperrt", "zugriff blockiert", "der zugriff wurde", "ihr zugriff wurde", "ihr zugriff auf diese",
		"you have been blocked", "sorry you have been blocked", "your ip has been blocked", "your ip address has been blocked", "request blocked", "request rejected", "the requested url was rejected", "your request has been blocked",
		"this request was blocked", "403 forbidden", "forbidden", "error 403", "fehler 403", "403", "unusual traffic", "automated requests", "automatisierte anfragen", "automatisierte zugriffe", "ungewoehnlicher datenverkehr",
		"ungewoehnlich viele anfragen", "zu viele anfragen", "too many requests", "429 too many", "rate limit", "ihre ip adresse wurde", "ihre ip wurde", "anfrage blockiert", "anfrage wurde blockiert", "anfrage abgelehnt", "not authorized to access",
		"web application firewall", "error 1020", "error 1015", "error 1009", "error 1010", "pardon our interruption", "bot detected", "bad bot", "acces refuse", "acces interdit", "acces bloque", "accesso negato", "accesso bloccato", "acceso denegado",
		"acceso bloqueado", "toegang geweigerd", "toegang geblokkeerd", "adgang naegtet", "adgang nektet", "aatkomst nekad", "atkomst nekad", "dostep zabroniony", "odmowa dostepu", "pristup odepren", "acesso negado", "this website is using a security service",
		"security policy violation", "you don t have permission to access", "sie haben keine berechtigung diese seite", "not available in your region", "not available in your country", "in ihrem land nicht verfuegbar", "451 unavailable",
		"unavailable due to legal reasons", "the page you requested cannot be displayed due to security",
	)
	notFoundPhrases = phrases(
		"404", "404 not found…", "404 error…", "404 fehler…", "404 seite…", "404 page…", "404 file…", "404 die seite…", "404 datei…", "404 inhalt…", "404 nicht gefunden…", "404 nothing found…", "404 oops…", "404 ups…", "404 erreur…", "404 errore…", "404 pagina…", "error 404…", "fehler 404…",
		"fehlercode 404…", "fehlermeldung 404…", "http 404…", "http error 404…", "http fehler 404…", "status 404…", "erreur 404…", "errore 404…", "fout 404…", "fejl 404…", "feil 404…", "fel 404…", "blad 404…", "chyba 404…", "not found", "file not found…", "page not found…", "page cannot be found…", "page can t be found",
		"oops that page can t be found", "that page can t be found", "the page you requested…", "the page you were looking for…", "the page you are looking for…", "the requested page could not…", "the requested url…", "this page does not exist…", "this page doesn t exist…", "page does not exist…", "page no longer exists…",
		"this page isn t available…", "this page is not available", "page unavailable", "page not available", "article not found", "content not found", "document not found", "object not found", "resource not found", "news not found", "nothing found", "nothing was found", "sorry page not found…",
		"sorry we couldn t find…", "sorry we can t find…", "we couldn t find…", "we can t find…", "page missing", "seite nicht gefunden…", "seite wurde nicht gefunden…", "die seite wurde nicht gefunden…", "diese seite wurde nicht gefunden…", "die seite konnte nicht gefunden…", "seite konnte nicht gefunden…",
		"diese seite konnte nicht…", "die angeforderte seite…", "die gesuchte seite…", "die gewuenschte seite…", "die aufgerufene seite…", "die von ihnen…", "angeforderte seite nicht…", "seite existiert nicht…", "die seite existiert nicht…", "diese seite existiert nicht…", "seite nicht vorhanden…", "seite nicht verfuegbar…", "seite ist nicht verfuegbar…", "diese seite ist nicht…", "diese seite gibt es…", "diese seite ist leider nicht…",
		"diese seite ist nicht mehr…", "die seite ist nicht…", "die seite ist leider nicht…", "die seite gibt es nicht…", "hoppla seite…", "ups seite…", "oh nein seite…", "seite leider nicht…", "leider nicht gefunden", "nicht gefunden", "nichts gefunden", "datei nicht gefunden…", "dokument nicht gefunden…", "inhalt nicht gefunden…", "inhalt nicht verfuegbar…", "inhalt nicht mehr verfuegbar…",
		"artikel nicht gefunden…", "artikel nicht verfuegbar…", "beitrag nicht gefunden…", "meldung nicht gefunden…", "nachricht nicht gefunden…", "eintrag nicht gefunden…", "der angeforderte inhalt…", "der gewuenschte inhalt…", "der gesuchte inhalt…", "objekt nicht gefunden…", "ressource nicht gefunden…", "url nicht gefunden…", "link nicht mehr gueltig", "seite geloescht", "webseite nicht gefunden…", "internetseite nicht gefunden…",
		"page non trouvee…", "page introuvable…", "cette page n existe…", "page inexistante…", "la page demandee…", "la page que vous…", "contenu introuvable…", "oups page…", "pagina non trovata…", "pagina inesistente…", "la pagina richiesta…", "contenuto non trovato…", "pagina non disponibile…", "pagina no encontrada…",
		"la pagina no existe…", "la pagina solicitada…", "no se ha encontrado…", "pagina niet gevonden…", "deze pagina bestaat niet…", "pagina bestaat niet…", "de pagina die u…", "de opgevraagde pagina…", "siden blev ikke fundet…", "side ikke fundet…", "siden findes ikke…", "siden kunne ikke findes…", "siden finnes ikke…", "fant ikke siden…", "siden ble ikke funnet…", "sidan hittades inte…",
		"sidan kunde inte hittas…", "sidan finns inte…", "strona nie zostala…", "nie znaleziono…", "strona nie istnieje…", "stranka nenalezena…", "stranka nebyla nalezena…", "pozadovana stranka…", "stranka neexistuje…", "pagina nao encontrada…", "sivua ei loydy…", "sivua ei loytynyt…", "pagina no trobada…", "410 gone…", "gone",
	)
	notFoundSentences = phrases(
		"page could not be found", "page cannot be found", "page can t be found", "page you requested could not", "page you requested was not", "page you are looking for", "page you were looking for", "page has been removed or", "requested url was not found", "url was not found on this server",
		"no longer exists or has been moved", "seite konnte nicht gefunden werden", "seite konnte leider nicht gefunden werden", "seite wurde nicht gefunden", "seite wurde leider nicht gefunden", "seite existiert nicht", "seite existiert leider nicht", "seite ist nicht vorhanden", "seite ist nicht mehr vorhanden",
		"seite ist leider nicht mehr", "seite ist nicht mehr verfuegbar", "seite nicht gefunden", "inhalt ist nicht mehr verfuegbar", "inhalt konnte nicht gefunden werden", "artikel ist nicht mehr verfuegbar", "artikel konnte nicht gefunden werden", "beitrag ist nicht mehr verfuegbar", "beitrag konnte nicht gefunden werden",
		"meldung ist nicht mehr verfuegbar", "meldung konnte nicht gefunden werden", "nachricht konnte nicht gefunden werden", "dokument konnte nicht gefunden werden", "datensatz wurde nicht gefunden", "datensatz konnte nicht gefunden werden", "datei wurde nicht gefunden", "keinen artikel gefunden", "keine detailansicht verfuegbar", "nachricht existiert nicht", "meldung existiert nicht", "artikel existiert nicht", "beitrag existiert nicht", "no news available", "page demandee n existe",
		"page demandee est introuvable", "page que vous recherchez", "page que vous cherchez", "pagina richiesta non", "pagina che stai cercando", "pagina solicitada no", "pagina que busca no", "pagina die u zoekt", "siden du leder efter", "siden du leter etter", "sidan du letar efter", "strona ktorej szukasz", "stranka kterou hledate",
	)
	maintenancePhrases = phrases(
		"wartungsarbeiten", "wartungsarbeiten an der website…", "wartungsarbeiten auf…", "wartungsmodus…", "wegen wartungsarbeiten nicht", "wegen wartungsarbeiten voruebergehend", "aufgrund von wartungsarbeiten", "website wird gewartet", "seite wird gewartet", "seite wird derzeit gewartet", "seite wird gerade gewartet", "internetseite wird ueberarbeitet",
		"website wird ueberarbeitet", "webseite wird ueberarbeitet", "seite wird ueberarbeitet", "seite wird derzeit ueberarbeitet", "seite ist im aufbau", "website im aufbau", "webseite im aufbau", "seite im aufbau", "in wartung", "wartung", "wegen wartung nicht", "wegen planmaessiger wartung", "wegen geplanter wartung", "ueberarbeiten derzeit unsere website", "ueberarbeiten derzeit unseren internetauftritt", "ueberarbeiten gerade unsere website", "ueberarbeiten unsere website", "ueberarbeiten unseren internetauftritt", "internetauftritt wird ueberarbeitet", "neue website ist in arbeit", "wir sind bald zurueck", "wir sind gleich zurueck", "voruebergehend nicht erreichbar", "voruebergehend nicht verfuegbar",
		"voruebergehend offline", "zurzeit nicht erreichbar", "zur zeit nicht erreichbar", "derzeit nicht erreichbar", "momentan nicht erreichbar", "dienst nicht verfuegbar", "technische stoerung", "under maintenance", "down for maintenance", "site maintenance", "scheduled maintenance", "maintenance mode", "maintenance", "undergoing maintenance",
		"performing maintenance", "temporarily unavailable", "service unavailable", "503 service…", "503", "bad gateway…", "502 bad…", "500 internal…", "internal server error", "gateway timeout…", "be right back", "we ll be back soon", "will be back shortly", "coming soon", "under construction", "an error occurred while processing your request",
		"error establishing a database connection", "datenbankfehler", "fehler beim aufbau einer datenbankverbindung", "interner serverfehler", "site en maintenance", "en maintenance", "maintenance en cours", "momentanement indisponible", "temporairement indisponible", "in manutenzione", "sito in manutenzione", "temporaneamente non disponibile",
		"en mantenimiento", "no disponible temporalmente", "in onderhoud", "tijdelijk niet beschikbaar", "vedligeholdelse", "midlertidigt utilgaengelig", "vedlikehold", "underhall", "przerwa techniczna", "prace konserwacyjne", "strona w przebudowie", "oops an error occurred", "ups da ist etwas schiefgelaufen", "tijdelijk offline",
	)
	loginPhrases = phrases(
		"login", "log in…", "sign in…", "anmelden", "anmeldung", "bitte anmelden", "bitte melden sie sich an…", "einloggen", "bitte einloggen", "benutzeranmeldung", "mitgliederbereich", "interner bereich", "geschuetzter bereich", "zugang geschuetzt", "passwortgeschuetzt…", "passwort erforderlich", "geschuetzt", "melden sie sich an…",
		"login erforderlich", "login required", "authentication required", "password protected…", "protected", "members only", "user login", "benutzer login", "intranet…", "connexion", "se connecter", "identification", "accedi", "accesso", "area riservata", "iniciar sesion", "acceso", "inloggen", "aanmelden", "log ind", "logg inn", "logga in",
		"zaloguj sie", "logowanie", "prihlaseni", "iniciar sessao", "kirjaudu sisaan", "willkommen bitte anmelden", "abonnenten login", "jetzt anmelden und weiterlesen", "weiterlesen mit…",
	)
)
