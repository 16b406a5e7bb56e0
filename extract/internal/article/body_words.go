package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// sectionHeading are headings of what stands below a report and is no part of
// it.
var sectionHeading = lazy.Regexp(`(?i)^(?:` +
	`(?:weitere|mehr|ähnliche|verwandte|passende|aktuelle|neueste|letzte|andere|beliebte|meistgelesene)\b.*\b(?:meldung|nachricht` +
	`|artikel|beitr|thema|themen|news|presse|post|mitteilung|bericht|inhalt|link|geschichten|tipps).*` +
	`|(?:das )?(?:könnte|dürfte) (?:sie|dich|euch|ihnen|dir)\b.*|.*auch interess.*|lesen sie (?:auch|mehr)\b.*|lies auch.*` +
	`|siehe auch.*|zum thema|mehr dazu|mehr zum thema.*|mehr (?:von|aus|infos?|informationen|lesen)\b.*` +
	`|(?:\d+ |keine |neue |alle |ihr |dein |einen )?kommentare?(?: (?:zu|zum|zur|schreiben|hinterlassen|abgeben|verfassen` +
	`|hinzufügen|anzeigen|geschlossen|deaktiviert)\b.*|\W*\d*\W*)|comments?(?: (?:on|are|off|by|policy|section|below|here)\b.*` +
	`|\W*\d*\W*)|\d+ (?:comments|responses|antworten|gedanken|thoughts).*|leave a (?:reply|comment).*|schreibe? einen.*` +
	`|hinterlass.*|deine meinung.*|diskussion(?:en)?\W*\d*\W*|join the (?:conversation|discussion).*` +
	`|share(?: (?:this|on|via|with|it|the (?:article|post|page|news|story))\b.*|\W*)|teilen(?: (?:sie diese|auf|via|über|mit)\b.*` +
	`|\W*)|(?:diese[ns]? )?(?:artikel|beitrag|seite|post|meldung) (?:teilen|empfehlen|drucken|weiterempfehlen).*|tags?:?` +
	`|schlagw(?:ö|o)rter:?|stichw(?:ö|o)rte?r?:?|kategorien?:?|categor(?:y|ies):?|themen:?|topics:?|keywords:?|rubriken?:?` +
	`|newsletter.*|jetzt (?:abonnieren|anmelden|teilen).*|folgen sie uns.*|follow us.*|subscribe.*|sign up.*` +
	`|(?:ihre? )?(?:kontakt|ansprechpartner(?:in(?:nen)?)?|pressekontakt|contact|rückfragen|press contact|media contact)\b.*` +
	`|(?:weitere )?auskünfte(?: erteil\pL+.*)?:?|medien(?:kontakt|anfragen|stelle):?|(?:über|about) (?:den |die |the )?(?:autor` +
	`|author|verfasser).*|autor(?:in)?:?|author:?` +
	`|zugehörige (?:objekte|dokumente|dateien|links|inhalte)|zum (?:herunterladen|download).*|à télécharger` +
	`|documents?(?: à télécharger)?|pièces? jointes?|allegati|documenti|bijlagen?|filer|vedhæftede filer|documentos` +
	`|related documents|zuständig(?:keit)?:?|zuständige stelle.*|ihre ansprechperson.*|ansprechpersonen?|anhänge herunterladen:?` +
	`|downloads?:?|dokumente:?|anhänge?:?|dateien:?|attachments?:?|related\b.*|see also.*|read (?:more|next|also)\b.*` +
	`|recommended(?: (?:for|by|reading|articles?|stories|posts|links|content)\b.*|\W*)|you (?:may|might)\b.*|more (?:from|on` +
	`|stories|news|articles|like)\b.*|latest (?:news|stories|posts|articles).*|most (?:read|popular|viewed).*|popular(?: (?:now` +
	`|posts|articles|stories|news|topics|pages|searches|services|on)\b.*|\W*)|trending(?: (?:now|stories|topics|news|posts|on)\b.*` +
	`|\W*)|up next.*|don.t miss.*|what.s next.*` +
	`|à lire (?:aussi|également).*|lire aussi.*|sur le même (?:sujet|thème).*|articles? (?:liés|similaires).*|leggi anche.*` +
	`|articoli correlati.*|potrebbe interessarti.*|te puede interesar.*|también te.*|noticias relacionadas.*|lee también.*` +
	`|lees ook.*|meer (?:nieuws|over).*|læs også.*|relaterede.*|czytaj (?:też|także|również).*|zobacz (?:też|także|również).*|podobne.*` +
	`|noch mehr(?: (?:meldungen|nachrichten|artikel|beiträge|themen|news|infos?|informationen|von|aus|zum)\b.*|\W*)|verwandte\b.*` +
	`|auch auf \S+|zum weiterlesen.*|weitere informationen:?|aktuelle (?:news|themen|meldungen).*|notas? relacionadas?.*` +
	`|say your words|keep reading.*|wer ist online.*|lesetipps.*|redaktionstipp.*|das thema könnte.*` +
	`|meer informatie|(?:more|further) information|plus d.informations?|(?:ulteriori|per) informazioni|más información` +
	`|więcej informacji|(?:yderligere|mere) (?:information|oplysninger)|inhaltsverzeichnis|(?:auf|in) dieser seite|on this page` +
	`|table of contents|sommaire|indice(?: della pagina)?` +
	`|(?:about|über) (?:the |die |den |das )?(?:\S+ ){0,3}(?:city|town|county|borough|council|district|stadt|gemeinde|landkreis` +
	`|kreis)(?: \S+){0,3}` +
	`|metadaten|artikelinfo.*|artikel-?informationen.*|quellen?(?:angaben?)?:?|fußnoten:?|termine:?|veranstaltungen:?|navigation` +
	`|service:?|links:?|weiterführende (?:links|informationen).*|externe links.*|zurück(?: (?:zur (?:übersicht|startseite|liste` +
	`|hauptseite)|zum (?:anfang|seitenanfang)|nach oben)\b.*|\W*)|nach oben` +
	`)$`)

// boilerplateLine are lines of their own that systems put around reports.
var boilerplateLine = lazy.Regexp(`(?i)^[\s«»‹›<>|←→↑▲·•-]*(?:` +
	`zurück|(?:zurück )?zur (?:übersicht|startseite|liste(?:nansicht)?|hauptseite)|zurück (?:zur|zum|zu|nach)\b.*|back(?: to\b.*)?` +
	`|nach oben|seitenanfang|top|zum seitenanfang|vorherige[rs]?\b.*|nächste[rs]?\b.*|previous(?: (?:post|article))?` +
	`|next(?: (?:post|article))?` +
	`|(?:seite |artikel |beitrag )?(?:drucken|teilen|merken|empfehlen|weiterempfehlen|vorlesen|versenden|kommentieren)` +
	`|druck(?:version|ansicht|en)|print(?: this)?(?: page| article)?|share(?: this)?(?: page| article| post| story)?` +
	`|tweet(?: this)?|e-?mail|whatsapp|facebook|twitter|x|linkedin|xing|pinterest|copy link|link kopieren` +
	`|(?:zugriffe|aufrufe|hits|klicks|gelesen|views)\s*:?\s*\d+(?: mal)?|\d+ (?:anzeigen|ansichten|downloads?|x gelesen` +
	`|mal gelesen)|ends|return to\b.*|ultim[oa] (?:aggiornamento|modifica)\b.*|dernière (?:mise à jour|modification)\b.*` +
	`|mis à jour le .*|laatst (?:gewijzigd|bijgewerkt)\b.*|sidst (?:opdateret|ændret)\b.*|pubblicato\b.*|publié le .*` +
	`|gepubliceerd\b.*|(?:nyhed )?oprettet \d.*|publicado\b.*|retour(?: (?:à|aux) .*)?|torna (?:indietro|alla)\b.*` +
	`|terug(?: naar .*)?|tilbage(?: til .*)?|anzeige|werbung|advertisement|advertorial|sponsored|promotion` +
	`|publicité|publicidad|reklam[ae]?` +
	`|war (?:diese[rs]?|der|die)\b.*\b(?:hilfreich|nützlich)\b.*|was (?:this|deze)\b.*\b(?:helpful|useful|nuttig)\b.*` +
	`|cette page\b.*\butile\b.*|(?:questa pagina|ti è stata)\b.*\butile\b.*|heeft (?:deze|dit)\b.*\bgeholpen\b.*` +
	`|blev du hjulpet\b.*|(?:te ha sido|le ha resultado)\b.*\bútil\b.*|alle (?:aktuellen )?(?:meldungen|nachrichten|neuigkeiten` +
	`|pressemitteilungen|beiträge|artikel|news)(?: an(?:zeigen|sehen))?|bild \d+ (?:von|/) \d+` +
	`|dela(?: (?:sidan|denna|på)\b.*|\s*:.*)?|(?:sidansvarig|innehållsansvarig)\b.*|deel (?:deze pagina|dit)\b.*` +
	`|del (?:denne )?(?:siden?|artikel|artiklen)\b.*|partager(?: cet(?:te)?\b.*| sur\b.*)?|(?:condividi` +
	`|partager)(?: su)?(?: (?:facebook|twitter|x|whatsapp|telegram|linkedin|email))*|udostępnij(?: na\b.*)?|(?:wydrukuj|drukuj` +
	`|vytisknout|imprimer|stampa|afdrukken|udskriv)(?: \pL+){0,2}|odsłon\pL*\s*:?\s*\d+|(?:poprzedni|następny|předchozí` +
	`|další)(?: (?:artykuł|wpis|článek))?` +
	`|mehr(?: lesen| dazu| erfahren)?\W*|weiter(?:lesen)?\W*|read more\W*|continue reading\W*|lesezeit\b.*` +
	`|\d+ min(?:uten?)?\.? (?:lesezeit|read)|min(?:ute)? read` +
	`|(?:lesen sie|lesen sie auch|lies auch|siehe auch|mehr zum thema|read also|also read|read more|see also|related|watch` +
	`|lire aussi|leggi anche|lees ook|(?:te|le|les) puede interesar|lea (?:también|además|más)|lee (?:también|más)` +
	`|ve[ar] (?:también|más)|mir[ae]|czytaj (?:też|także|więcej)|dowiedz się więcej|zobacz też|les også|läs (?:också|även|mer)` +
	`|lue myös)\s*:.*` +
	`|(?:follow|siguenos|síguenos|folgen sie|folge|folgt|like|abonnieren sie|abonniere|subscribe|sign up|suscríbete` +
	`|jetzt (?:abonnieren|anmelden|testen)|get (?:the|our) latest|download (?:our|the)|read the latest|zum newsletter` +
	`|der beitrag wurde am|dieser (?:beitrag|artikel|eintrag) (?:wurde|ist)|wird geladen|gefällt mir|möchten sie den artikel` +
	`|war (?:der|dieser) (?:artikel|beitrag)|artikel gefallen|diesen artikel|lust auf mehr|sofern nicht anders` +
	`|for the latest\b.*\b(?:news|stories|download)|to view the (?:full|whole|rest)|we want to hear|we rely on your|submit (?:your` +
	`|a) letter|never miss|unless otherwise stated|this (?:post|article) (?:contains|originally)|if you.re seeing this` +
	`|first-time subscribers|źródło|materiał chroniony|hazte miembro|puede escribirnos|¿?ya sabías que|gefällt dir unser` +
	`|you can unsubscribe|all content on this|zapraszamy)\b.*` +
	`|(?:stand|letzte (?:änderung|aktualisierung)|zuletzt (?:geändert|aktualisiert)|aktualisiert(?: am)?|last (?:updated|modified)` +
	`|updated|veröffentlicht(?: am)?|erstellt(?: am)?|erschienen(?: am)?|published(?: on)?|posted(?: on)?|publiziert(?: am)?|datum)\b:?.*` +
	`|(?:tags?|schlagw(?:ö|o)rter?|stichw(?:ö|o)rte?r?|kategorien?|categor(?:y|ies)|themen|rubrik|abgelegt unter|filed under` +
	`|posted in|veröffentlicht in|topics?)\s*:.*` +
	`|for immediate release\b.*|(?:media|press|news) contacts?:.*|(?:presse|medien)kontakt:.*|contact presse\s*:.*` +
	`|\d+ (?:kommentare?|comments?|shares?|likes?|views?|aufrufe)|keine kommentare|no comments|kommentare?(?: \(\d+\))?` +
	`|comments?(?: \(\d+\))?|kommentar (?:schreiben|hinterlassen)|leave a comment|antworten|reply` +
	`|(?:beitrags|titel|header|vorschau|symbol|archiv)(?:bild|foto)\b\s*(?::|©|von\b|via\b|\().*` +
	`|(?:wir respektieren (?:deine|ihre) privatsphäre|mit (?:dem|ihrem|deinem) (?:laden|klick|aufruf|abspielen)\b.*(?:akzeptier` +
	`|stimm|willig)\pL*|externe[rn]? inhalte?\b|an dieser stelle\b.*(?:extern|inhalt|video|karte)\pL*|zum schutz (?:ihrer|deiner)\b` +
	`|by (?:loading|clicking)\b.*(?:accept|agree)\pL*|(?:du|sie) m(?:usst|üssen)\b.*(?:angemeldet|eingeloggt|registriert|anmelden` +
	`|einloggen)|bitte (?:melden?|loggen?|anmelden|einloggen)|(?:you must be|please) (?:log|sign))\b.*` +
	`|(?:video|inhalte?|karte|twitter|youtube|instagram|google maps)(?:-(?:video|inhalte?|karte))? (?:immer )?(?:laden|entsperren` +
	`|freischalten|anzeigen|aktivieren)` +
	`|©.*|copyright\b.*|alle rechte vorbehalten\W*|all rights reserved\W*|foto: .*|bild: .*|quellen?: .*|quellen ausblenden|lesetipps?` +
	`)[\s«»‹›<>|←→↑▲·•.…!-]*$`)

// captionLine is a short line that ends in whose picture it is.
var captionLine = lazy.Regexp(`(?i)(?:©|\(c\)|\bfotos?(?: by| von)?:|\bbild(?:er|quelle)?:|\bphotos?(?: by)?:|\bsymbolbild` +
	`|\barchivbild|\bpicture:|\bimage:|\bnuotr\.)[^.!?]*$`)

// authorCredit is a short line that names the author.
var authorCredit = lazy.Regexp(`^(?i:von|by|autor(?:in)?|author|text|redaktion):? \p{Lu}[^.!?]+$`)

// boilerplateStarts are the words that such lines begin with: looking one up
// costs far less than the expression.
var boilerplateStarts = words.Set("boilerplate_starts")

// everydayStarts are those of these words that sentences begin with, too, and
// what then has to follow.
var everydayStarts = map[string]string{
	"der": "beitrag", "dieser": " wurde ist", "diese": "seite", "diesen": "artikel",
	"alle": "rechte meldungen nachrichten neuigkeiten pressemitteilungen beiträge artikel news", "all": "rights content",
	"to": "view", "we": "want rely", "for": "latest immediate", "contact": "presse",
	"this": "post article page", "if": "seeing", "first": "subscribers", "you": "unsubscribe must", "never": "miss",
	"unless": "stated", "jetzt": "abonnieren anmelden testen", "get": "latest",
	"war": "artikel beitrag hilfreich nützlich", "was": "helpful useful nuttig", "cette": "utile", "questa": "utile", "ti": "utile",
	"heeft": "geholpen", "blev": "hjulpet", "wird": "geladen", "möchten": "artikel", "no": "comments", "keine": "kommentare",
	"link": "kopieren", "zum": "newsletter seitenanfang schutz", "nach": "oben",
	"wir": "privatsphäre", "mit": "laden klick aufruf abspielen", "an": "extern inhalt video karte",
	"du": "angemeldet eingeloggt registriert anmelden einloggen", "sie": "angemeldet eingeloggt registriert anmelden einloggen",
	"bitte": "melde logge anmelden einloggen", "please": "log sign", "externe": "inhalt", "externer": "inhalt", "externen": "inhalt",
}

// countedParts are pieces of what systems count: "3 Kommentare", "5 min read".
var countedParts = texts.PiecesOf("nzeige", "nsicht", "ownload", "elesen", "min", "Min", "omment", "hare", "ike", "iew", "ufruf")

// startsBoilerplate looks at the first words of a text.
func startsBoilerplate(text string) bool {
	word := firstWord(text)
	if word == "" {
		return len(text) < 60 && countedParts.In(text)
	}
	if after, ok := everydayStarts[word]; ok {
		text = strings.ToLower(text)
		for next := range strings.FieldsSeq(after) {
			if strings.Contains(text, next) {
				return true
			}
		}
		return len(text) < 12 // more stands in the next element
	}
	return boilerplateStarts()[words.Fold(word)]
}

// sectionStarts are the words that headings of other sections begin with.
var sectionStarts = words.Set("section_starts")

// sectionHeadings begin headings of what is no part of the report.
var sectionHeadings = words.Begins("section_headings")

// startsSection reports whether a heading opens what is no part of the report.
func startsSection(text string) bool {
	if sectionHeadings().Begin(words.Fold(texts.Key(text))) {
		return true
	}
	word := firstWord(text)
	if !sectionStarts()[words.Fold(word)] && word != "" && !strings.Contains(text, "ommentar") && !strings.Contains(text, "nteress") {
		return false
	}
	return sectionHeading.MatchString(text)
}

// firstWord is the first word of a text in lower case; empty where it begins
// with a digit or a mark that is no bullet.
func firstWord(text string) string { return strings.ToLower(texts.WordOf(text)) }
