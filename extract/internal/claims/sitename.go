package claims

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// SiteName is what the site calls itself, such as "Stadt Kassel": by its meta
// data, or by the part of the page's title that names it; empty where neither
// tells.
func SiteName(d *dom.Page) string {
	if d.Feed != nil {
		return siteIn(d.Feed.Title, false)
	}
	for _, key := range []string{"og:site_name", "application-name", "apple-mobile-web-app-title"} {
		if name := siteIn(d.Meta(key), true); name != "" {
			return name
		}
	}
	if d.Head.Title > 0 {
		return siteIn(rawText(d, d.Head.Title), IsHome(d))
	}
	return ""
}

// siteIn is the part of a title that names a site: the one with the word for
// an authority in it, or else the last that is more than the word for news; on
// a site's first page the first, before its motto.
func siteIn(title string, first bool) (name string) {
	for part := range strings.SplitSeq(TitleParts.Replace(strings.ReplaceAll(title, "|", " | ")), "|") {
		part = news.Squash(part)
		folded := news.Fold(part)
		if len(part) < 3 || len(part) > 60 || HomeWords()[folded] || sectionWords[folded] {
			continue
		}
		for word := range strings.SplitSeq(folded, " ") {
			if Authorities[word] {
				return part
			}
		}
		if name == "" || !first {
			name = part
		}
	}
	return name
}

// sectionWords are what sites call their pages of news, as Fold writes them.
var sectionWords = texts.PhraseSet(`aktuelles|aktuell|aktuelle meldungen|aktuelle nachrichten|aktuelle mitteilungen|alle meldungen|alle nachrichten|amtliche bekanntmachungen|archiv|artikel|bekanntmachungen|berichte|blog|bürgerservice|buergerservice|infos|informationen|meldungen|mitteilungen|nachrichten|neues|neuigkeiten|news|news archiv|newsroom|nachrichtenarchiv|presse|pressemeldungen|pressemitteilung|pressemitteilungen|presseinformationen|pressearchiv|rathaus|rathaus aktuell|rathaus politik|rss|rss feed|stadtnachrichten|startseite|übersicht|uebersicht|veranstaltungen|latest news|news and events|press releases|media releases|actualites|actualités|communiques|notizie|novità|novita|comunicati stampa|nieuws|nyheder|nyheter|noticias|aktualnosci|aktuality`)

// Authorities are words in the names of those who publish, as Fold writes them.
var Authorities = texts.PhraseSet(`stadt|gemeinde|markt|marktgemeinde|stadtgemeinde|samtgemeinde|verbandsgemeinde|verwaltungsgemeinschaft|ortsgemeinde|landkreis|kreis|landratsamt|kreisverwaltung|stadtverwaltung|gemeindeverwaltung|hansestadt|landeshauptstadt|bezirk|kanton|amt|council|city|town|county|borough|district|parish|commune|ville|mairie|comune|citta|città|gemeente|kommune|kommun|ayuntamiento|gmina|miasto|mesto|obec`)
