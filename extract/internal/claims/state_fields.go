package claims

import (
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// The keys under which systems keep the fields of a report, in small letters
// without "_" and "-"; the first that is there counts.
var (
	stateHeadlines = []string{"headline", "title", "titel", "titre", "titolo", "titulo", "tytul", "tittel", "rubrik", "otsikko",
		"nadpis", "overskrift", "kop", "ueberschrift", "name"}
	stateAddresses = []string{"url", "href", "link", "permalink", "path", "uri", "detailurl", "fullpath", "pfad", "slug"}
	stateDates     = []string{
		"datepublished", "publishedat", "published", "publishdate", "publishingdate", "publicationdate", "pubdate",
		"datumveroeffentlichung", "veroeffentlichtam", "veroeffentlicht", "datepublication", "datapubblicazione", "fechapublicacion",
		"datapublicacao", "publicatiedatum", "datapublikacji", "publiceringsdatum", "publiseringsdato", "publiceringsdato",
		"datumzverejneni", "julkaisupaiva", "date", "datum", "dato", "data", "fecha", "releasedate", "dateline", "newsdate",
		"createdat", "created",
	}
	stateTeasers = []string{"teaser", "description", "intro", "summary", "excerpt", "abstract", "lead", "kurztext", "beschreibung",
		"ingress", "chapo", "perex", "manchet"}
	stateBodies = [...]string{
		"articlebody", "body", "bodytext", "content", "contenthtml", "bodyhtml", "html", "text", "fulltext", "richtext", "blocks",
		"inhalt", "inhalte", "haupttext", "volltext", "testo", "corpo", "contenuto", "texte", "corps", "contenu",
		"texto", "cuerpo", "contenido", "conteudo", "tekst", "inhoud", "tresc", "obsah", "indhold", "innehall", "innhold", "sisalto",
		"teksti", "brodtext", "brodtekst", "paragraphs",
	}
)

// plainKeyOf is a key in small letters without marks, "_" and "-".
func plainKeyOf(key string) string { return plainKey.Replace(words.Fold(key)) }

var plainKey = strings.NewReplacer("_", "", "-", "", ".", "")

// bodyPlaces are the places in stateBodies of its keys, the longest of which has so
// many bytes.
var bodyPlaces, longestBody = func() (places map[string]int, longest int) {
	places = make(map[string]int, len(stateBodies))
	for at, key := range stateBodies {
		places[key] = at
		longest = max(longest, len(key))
	}
	return places, longest
}()

// bodyPlace is the place in stateBodies of a key as a page writes it. Scripts have
// thousands of keys, nearly all of them plain letters and none of these.
func bodyPlace(key string) (at int, ok bool) {
	plain := make([]byte, 0, 32)
	for _, c := range []byte(key) {
		switch {
		case c >= utf8.RuneSelf:
			at, ok = bodyPlaces[plainKeyOf(key)]
			return at, ok
		case c == '_' || c == '-' || c == '.':
			continue
		case len(plain) == longestBody:
			return 0, false
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		plain = append(plain, c)
	}
	at, ok = bodyPlaces[string(plain)]
	return at, ok
}

// fieldsOf are the texts of an object by key, in small letters without "_" and "-".
func fieldsOf(o map[string]any) map[string]string {
	flat := make(map[string]string, len(o))
	for key, value := range o {
		if inner, ok := value.(map[string]any); ok {
			value = inner["rendered"] // as WordPress has it
		}
		if text, ok := value.(string); ok && text != "" {
			flat[plainKeyOf(key)] = text
		}
	}
	return flat
}

// stateFields are headline, day, address and teaser of an object, with or
// without them.
func stateFields(d *dom.Page, o map[string]any) read.Entry {
	for _, key := range []string{"node", "attributes", "fields", "item", "_source"} { // a report in its wrapping
		if inner, ok := o[key].(map[string]any); ok && len(o) <= 6 {
			o = inner
			break
		}
	}
	flat := fieldsOf(o)
	e := read.Entry{Evidence: make(map[string]read.Evidence, 4)}
	take := func(field string, keys []string) string {
		for _, key := range keys {
			if flat[key] != "" {
				e.Evidence[field] = read.Evidence{Rule: PageData, Where: key}
				return flat[key]
			}
		}
		return ""
	}
	if e.Headline = Unescape(news.Squash(take("headline", stateHeadlines))); strings.Contains(e.Headline, "<") ||
		!texts.HasLetters(e.Headline) {
		e.Headline = ""
		return e
	}
	raw := take("published", stateDates)
	m, err := dates.ParseMachine(raw, d.Options.Location)
	if err != nil {
		m, err = d.ParseDate(raw)
	}
	if err == nil {
		e.Published = m
	}
	e.URL = d.Abs(take("url", stateAddresses))
	if teaser := Unescape(news.Squash(take("teaser", stateTeasers))); !strings.Contains(teaser, "<") {
		e.Teaser = teaser
	}
	return e
}

// stateEntry is an object as an entry: with a headline, an address and a day.
func stateEntry(d *dom.Page, o map[string]any) (read.Entry, bool) {
	e := stateFields(d, o)
	return e, e.Headline != "" && !e.Published.IsZero() && d.LeadsOn(e.URL)
}
