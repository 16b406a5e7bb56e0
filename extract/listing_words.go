package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// moreLinks are what links to the article say when they do not say its
// headline, as Fold writes them.
var moreLinks = foldedSet(`mehr|mehr lesen|mehr dazu|mehr infos|mehr informationen|mehr erfahren|weiter|weiterlesen|weiter lesen|weitere informationen|weitere infos|lesen sie mehr|
	lesen|zum artikel|zur meldung|zum beitrag|zur nachricht|zur pressemitteilung|zur mitteilung|details|detail|detailansicht|details ansehen|artikel lesen|artikel ansehen|beitrag lesen|jetzt lesen|hier lesen|
	ganzen artikel lesen|ganzen beitrag lesen|vollstaendigen artikel lesen|ansehen|anzeigen|anschauen|download|herunterladen|pdf|pdf download|pdf herunterladen|pdf datei|oeffnen|hier|hier klicken|link|
	read more|read on|more|more info|more information|continue reading|continue|learn more|view|view more|view details|full story|full article|read|read article|read story|read full story|read full article|see more|details|open|click here|here|find out more|view pdf|view article|
	lire la suite|lire plus|en savoir plus|suite|la suite|voir|voir plus|lire|lire l article|plus d infos|plus|decouvrir|telecharger|consulter|
	leggi tutto|leggi di piu|leggi|continua|continua a leggere|vai alla pagina|approfondisci|maggiori informazioni|dettagli|scopri di piu|vai|ulteriori dettagli|scarica|leggi l articolo|vedi|
	leer mas|mas|mas informacion|ver mas|seguir leyendo|lees meer|meer|lees verder|meer lezen|meer informatie|lees het bericht|lees dit bericht|verder lezen|bekijk|
	laes mere|las mere|laes hele nyheden|mere|se mere|les mer|mer|las mer|wiecej|czytaj wiecej|czytaj dalej|zobacz wiecej|szczegoly|czytaj|
	summary|meeting details|meeting detail|results`)

// paperLinks are what links to the papers and recordings of a meeting say, as
// Fold writes them.
var paperLinks = foldedSet(`agenda|minutes|video|audio|agenda packet|packet|presentation|recording|audio recording|video recording|watch|watch video|livestream|transcript|slides|attachments|exhibits|notice|
	minutes of meeting|business paper|business papers|papers|report|staff report|documents|document|tagesordnung|niederschrift|protokoll|einladung|unterlagen|vorlage|beschlussvorlage|sitzungsvorlage|mitteilungsvorlage|
	anlage|anlagen|dokument|dokumente|beschluss|sitzungsunterlagen|ordre du jour|convocation|proces verbal|compte rendu|deliberation|verbale|delibera|convocazione|ordine del giorno|allegato|allegati|orden del dia|acta|ata|edital|
	notulen|besluitenlijst|vergaderstukken|bijlage|agenda en stukken|referat|dagsorden|bilag|innkalling|saksliste|motereferat|kallelse|foredragningslista|pozvanka|zapis|usneseni|porzadek obrad|uchwala`)

// formatWords are what links say of a file behind its name.
var formatWords = foldedSet("html|pdf|doc|docx|word|rtf|odt|txt|version|datei|file|mb|kb|ansicht|download|fichier|bestand")

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
		if !formatWords[last] && (len(last) > 5 || strings.Trim(last, "0123456789mkb") != "") {
			break
		}
		named = named || formatWords[last]
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
	return paperLinks[withoutFormat(folded)] || paperLinks[what]
}

// paperWords are headings over lists of the papers of meetings, as Fold writes
// them.
var paperWords = foldedSet(`agenda|agendas|minutes|packets|recordings|videos|protokolle|niederschriften|tagesordnungen|einladungen|sitzungsunterlagen|notulen|referater|dagsordener|protokoll`)

// overPapers reports whether a heading is one over papers of meetings.
func overPapers(heading string) bool {
	for word := range strings.FieldsSeq(heading) {
		if paperWords[word] {
			return true
		}
	}
	return false
}

// moreVerbs may stand before these words: "View minutes".
var moreVerbs = foldedSet(`view|open|read|see|watch|get|show|download|zum|zur|zu|voir|lire|consulter|telecharger|vedi|scarica|ver|bekijk|se|las|zobacz`)

// moreStarts begin such a link where the headline follows within it, by their
// first letter.
var moreStarts = byFirstLetter("mehr zu", "mehr ueber", "weiterlesen", "mehr lesen", "weiter lesen", "read more", "continue reading", "lire la suite", "en savoir plus", "leggi tutto", "leggi di piu",
	"lees meer", "laes mere", "mehr erfahren", "mehr informationen", "weitere informationen", "learn more", "zum artikel", "zur meldung", "see all", "view all", "all news", "more news", "more articles", "weitere meldungen",
	"weitere nachrichten", "vai alla pagina", "vai al dettaglio", "alle nachrichten", "alle meldungen", "alle pressemitteilungen", "alle aktuellen meldungen", "alle beitraege", "alle artikel", "alle termine", "alle veranstaltungen",
	"toutes les actualites", "tous les articles", "tutte le notizie", "tutte le novita", "alle nyheder", "alle nieuwsberichten", "leer mas", "attachments", "bildergalerie", "mehr details")

func byFirstLetter(words ...string) map[byte][]string {
	m := make(map[byte][]string)
	for _, word := range words {
		m[word[0]] = append(m[word[0]], word)
	}
	return m
}

func foldedSet(words string) map[string]bool {
	m := make(map[string]bool)
	for word := range strings.SplitSeq(words, "|") {
		m[strings.TrimSpace(word)] = true
	}
	return m
}

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
	if moreLinks[folded] || paperLinks[withoutFormat(folded)] {
		return true
	}
	if verb, what, _ := strings.Cut(folded, " "); moreVerbs[verb] && (paperLinks[what] || moreLinks[what]) {
		return true
	}
	for _, start := range moreStarts[folded[0]] {
		if strings.HasPrefix(folded, start) && (len(folded) == len(start) || folded[len(start)] == ' ') {
			return true
		}
	}
	return strings.HasPrefix(folded, "download ") || strings.HasPrefix(folded, "pdf ") && len(folded) < 16
}

// mayBeMore is a cheap look at the first word of a text: those of nearly all
// headlines are of ASCII and none with which such links begin.
func mayBeMore(text string) bool {
	var word [32]byte
	n := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return true
		case isASCIILetter(c), c >= '0' && c <= '9':
			if n == len(word) {
				return false
			}
			word[n] = c | 0x20 // digits have that bit
			n++
		case n > 0:
			return moreFirstWords[string(word[:n])]
		}
	}
	return moreFirstWords[string(word[:n])]
}

// moreFirstWords are the first words of what links to the article say.
var moreFirstWords = func() map[string]bool {
	m := map[string]bool{"download": true, "pdf": true}
	add := func(words string) {
		first, _, _ := strings.Cut(words, " ")
		m[first] = true
	}
	for words := range moreLinks {
		add(words)
	}
	for words := range paperLinks {
		add(words)
	}
	for verb := range moreVerbs {
		add(verb)
	}
	for _, starts := range moreStarts {
		for _, words := range starts {
			add(words)
		}
	}
	return m
}()

// leadsBack reports whether a link of an article leads to the listing.
func leadsBack(text string) bool {
	if !startsWith(text, backWords) {
		return false
	}
	_, rest, _ := strings.Cut(news.Fold(text), " ")
	first, _, _ := strings.Cut(rest, " ")
	return rest == "" || backTo[first]
}

var backWords = wordSet("zurück back return retour torna terug tilbage")

var backTo = foldedSet(`zur|zum|zu|to|a|aux|alla|all|naar|til`)

// isChromeWord reports headlines that belong to the page and not to a report.
func isChromeWord(text string) bool { return chromeWords[news.Fold(text)] }

var chromeWords = foldedSet(`startseite|home|kontakt|impressum|datenschutz|datenschutzerklaerung|barrierefreiheit|erklaerung zur barrierefreiheit|sitemap|suche|anmelden|login|newsletter|
	nach oben|zurueck|back|top|drucken|seite drucken|teilen|gebaerdensprache|leichte sprache|english|deutsch|francais|italiano|rss|rss feed|facebook|twitter|instagram|youtube|linkedin|
	contact|privacy|privacy policy|accessibility|terms of use|cookies|search|menu|menue|skip to content|zum inhalt|zum inhalt springen|facebook|whatsapp|e mail|email|
	mentions legales|plan du site|accueil|contatti|note legali|privacy|mappa del sito|alle|all|previous|next|weiter|vorherige|naechste`)

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
var newsWords = foldedSet(`aktuelles|aktuell|aktuelle meldungen|aktuelle nachrichten|aktuelle mitteilungen|aktuelle informationen|meldungen|nachrichten|neuigkeiten|neues|news|newsarchiv|news archiv|nachrichtenarchiv|pressearchiv|
	presse|pressemitteilungen|pressemeldungen|mitteilungen|medienmitteilungen|medieninformationen|bekanntmachungen|amtliche bekanntmachungen|oeffentliche bekanntmachungen|amtsblatt|amtsblaetter|mitteilungsblatt|protokolle|
	latest news|recent news|news and announcements|announcements|news releases|press releases|media releases|public notices|notices|agendas|minutes|agendas and minutes|agendas minutes|meeting minutes|meetings|board meetings|
	actualites|les actualites|communiques|communiques de presse|comptes rendus|notizie|novita|comunicati|comunicati stampa|avvisi|noticias|actualidad|comunicados|nieuws|nieuwsberichten|bekendmakingen|nyheder|nyheter|aktualnosci|ogloszenia|komunikaty`)

// overWords are headings over lists that are not the news, as Fold writes them.
var overWords = func() map[string]zone {
	m := make(map[string]zone)
	for word := range foldedSet(`veranstaltungen|termine|veranstaltungskalender|kalender|veranstaltungstipps|naechste veranstaltungen|kommende veranstaltungen|aktuelle veranstaltungen|events|upcoming events|event calendar|calendar|
		evenements|agenda|eventi|prossimi eventi|evenementen|arrangementer|wydarzenia|sitzungstermine|ratstermine`) {
		m[word] = zoneEvent
	}
	for word := range foldedSet(`meistgelesen|meist gelesen|am meisten gelesen|beliebte artikel|beliebt|das koennte sie auch interessieren|auch interessant|aehnliche artikel|aehnliche beitraege|verwandte artikel|weitere themen|most read|most popular|popular|trending|
		related|related articles|related news|related content|you may also like|you might also like|les plus lus|a lire aussi|leggi anche|piu letti|meest gelezen|lees ook|mest laeste|quick links|quicklinks|direkt zu|haeufig gesucht|
		schnell gefunden|schnellzugriff|links|service|services|downloads|kontakt|ansprechpartner|haeufig nachgefragt|beliebte seiten|top themen|mehr zum thema|zum thema|newsletter`) {
		m[word] = zoneSide
	}
	return m
}()
