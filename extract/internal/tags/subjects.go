package tags

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// A subject is one of the built-in municipal subjects, with the stems of the
// words that tell it, folded. A stem matches at the start of a word; after "*"
// anywhere in one (German compounds); before "." only the whole word.
type subject struct {
	german, english string
	stems           string
}

// subjects are kept few and their words telling: a subject that is missed
// costs less than a wrong one.
var subjects = []subject{
	{"Verkehr", "Traffic", `strassensperrung vollsperrung *sperrung umleitung baustelle strassenbau strassenausbau tempo-30 tempo-limit radweg radverkehr radfahr fahrradstr fussgaenger parkplatz parkplaetze parkhaus parkraum
		verkehr oepnv nahverkehr busverkehr buslinie linienbus haltestelle strassenbahn bahnhof kreisverkehr ampel ampeln ampelanlage geschwindigkeitsmess blitzer. road-clos roadworks traffic cycle-lane bus-route parking public-transport`},
	{"Bauen", "Planning", `bebauungsplan bebauungsplaene bauleitplan flaechennutzungsplan baugebiet bauland baugrundst neubaugebiet bauantr baugenehmig bauprojekt stadtplanung stadtentwicklung staedtebau sanierungsgebiet
		wohnungsbau wohnbau richtfest grundsteinleg spatenstich planning-application planning-permission housing-development local-plan`},
	{"Schule", "Schools", `schule. schulen. *schule *schulen schueler schulj schulstart schulbeginn schulsanierung schulneubau schulbus einschul lehrkraft lehrkraefte gymnasium gymnasien school schools pupil pupils teacher teachers`},
	{"Kita", "Childcare", `kita kitas kindertages kindergarten kindergaerten kinderbetreuung krippe. krippen. krippenplatz tagesmutter tagesmuetter kindertagespflege nursery nurseries childcare kindergartens`},
	{"Abfall", "Waste", `abfall abfaelle muell. muellabfuhr restmuell biomuell sperrmuell gelber-sack gelbe-tonne biotonne restabfall wertstoffhof recyclinghof altpapier altglas schadstoffmobil gruenschnitt entsorgung recycling waste-collection
		bin-collection refuse garbage rubbish landfill`},
	{"Wahlen", "Elections", `wahl. wahlen. kommunalwahl landtagswahl bundestagswahl europawahl buergermeisterwahl oberbuergermeisterwahl landratswahl stichwahl wahllokal wahlhelfer wahlergebnis waehler briefwahl wahlbenachrichtigung
		buergerentscheid buergerbegehren election elections polling-station polling-place ballot voter voters referendum`},
	{"Rat", "Council", `stadtrat. stadtrats gemeinderat gemeinderats kreistag stadtverordnete ratssitzung ausschusssitzung bauausschuss hauptausschuss ortsbeirat stadtparlament gemeindevertretung council-meeting city-council town-council
		county-council councillor councillors councilmember`},
	{"Kultur", "Culture", `kultur kultursommer museum museen theater. theaterst konzert konzerte ausstellung. ausstellungen. lesung. lesungen. kino. festival musikschule stadtbibliothek stadtbuecherei bibliothek buecherei galerie vernissage
		culture cultural museum museums concert exhibition library libraries theatre arts-centre`},
	{"Sport", "Sports", `sport. sportler sportlerehrung sportverein sporthalle sportplatz sportplaetze turnhalle schwimmbad freibad hallenbad stadion fussballplatz kunstrasen marathon. stadtlauf volleyball handball fussball. sports
		leisure-centre swimming-pool football-pitch stadium`},
	{"Umwelt", "Environment", `umwelt umweltschutz naturschutz klimaschutz klima. klimaanpass klimawandel artenschutz baumpflanz baumfaell biodiversitaet hochwasserschutz gewaesser renaturierung blumenwiese solaranlage photovoltaik windkraft
		windenergie waermeplanung energiewende erneuerbare climate environment environmental biodiversity tree-planting renewable flood-defence`},
	{"Haushalt", "Budget", `haushalt. haushalts haushaltsplan haushaltssatzung nachtragshaushalt doppelhaushalt gewerbesteuer grundsteuer hebesatz hebesaetze kaemmer stadtkasse steuereinnahmen foerderbescheid foerdermittel budget council-tax
		property-tax municipal-finance`},
	{"Sicherheit", "Public safety", `feuerwehr polizei. ordnungsamt rettungsdienst katastrophenschutz bevoelkerungsschutz brandschutz loeschzug einsatzkraefte zivilschutz warntag sirene sirenen kampfmittel bombenfund blindgaenger kriminalpraevention
		fire-brigade fire-department police. emergency-services civil-protection`},
	{"Digitales", "Digital", `digitalisierung digitale. digitaler. digitales. e-government online-dienst onlinezugang online-portal serviceportal breitband glasfaser wlan smart-city open-data it-sicherheit cyber chatbot kuenstliche-intelligenz
		broadband fibre digital-services`},
	{"Gesundheit", "Health", `gesundheit gesundheitsamt krankenhaus krankenhaeuser klinik. klinikum kliniken hausarzt hausaerzt aerztehaus impfung impfungen impfaktion blutspende corona covid pflegestuetzpunkt hitzeschutz health. hospital hospitals
		vaccination clinic`},
	{"Ehrenamt", "Volunteering", `ehrenamt ehrenamtlich ehrenamtskarte freiwillig buergerschaftliches-engagement freiwilligenagentur freiwilligendienst buergerstiftung verdienstmedaille volunteer volunteers volunteering`},
	{"Soziales", "Social affairs", `sozialamt sozialhilfe wohngeld buergergeld seniorenbeirat seniorinnen senioren. seniorennachmittag inklusion barrierefrei gleichstellung frauenbeauftragte obdachlos wohnungslos tafel. integration. gefluechtete fluechtling
		asylbewerber nachbarschaftshilfe social-care homelessness refugees disability`},
	{"Jugend", "Youth", `jugend jugendliche jugendzentrum jugendparlament jugendamt jugendtreff jugendarbeit ferienprogramm ferienspiele ferienspass spielplatz spielplaetze spielplatzbau youth playground`},
	{"Wirtschaft", "Business", `wirtschaftsfoerderung gewerbegebiet gewerbepark existenzgruend start-up ausbildungsmesse jobmesse einzelhandel innenstadtbelebung leerstand unternehmen. unternehmens business-park economic-development high-street`},
	{"Tourismus", "Tourism", `tourismus touristinformation tourist-info wanderweg radwander gaesteinfo uebernachtungszahlen tourism tourist-information visitor-centre`},
	{"Wasser", "Water", `trinkwasser abwasser kanalisation wasserversorgung wasserrohrbruch klaeranlage kanalbau wasserleitung stadtwerke. drinking-water sewer wastewater water-main`},
	{"Märkte und Feste", "Markets and events", `wochenmarkt weihnachtsmarkt stadtfest kirmes. volksfest altstadtfest jahrmarkt flohmarkt strassenfest weinfest fruehlingsfest christmas-market street-fair farmers-market`},
	{"Bürgerservice", "Citizen services", `buergerbuero buergeramt einwohnermeldeamt standesamt zulassungsstelle kfz-zulassung oeffnungszeiten reisepass personalausweis terminvergabe fundbuero opening-hours passport-office`},
}

// foldedSubject is a subject ready for matching.
type foldedSubject struct {
	german, english string
	stems           []string // as they are searched in folded text
}

var foldedSubjects = func() []foldedSubject {
	all := make([]foldedSubject, 0, len(subjects))
	for _, s := range subjects {
		f := foldedSubject{german: s.german, english: s.english}
		for stem := range strings.FieldsSeq(s.stems) {
			stem = strings.ReplaceAll(stem, "-", " ")
			if inside, ok := strings.CutPrefix(stem, "*"); ok {
				f.stems = append(f.stems, inside)
				continue
			}
			if whole, ok := strings.CutSuffix(stem, "."); ok {
				stem = whole + " "
			}
			f.stems = append(f.stems, " "+stem)
		}
		all = append(all, f)
	}
	return all
}()

// NamesSubject reports whether a slug is that of a subject's name.
func NamesSubject(slug string) bool { return subjectSlugs[slug] }

var subjectSlugs = func() map[string]bool {
	slugs := make(map[string]bool, 2*len(subjects))
	for _, s := range subjects {
		slugs[news.Slug(s.german)] = true
		slugs[news.Slug(s.english)] = true
	}
	return slugs
}()

// mostSubjects is how many subjects an item gets at most.
const mostSubjects = 3

// Subjects are the municipal subjects that an item's words tell, the best
// first: a word in the headline, or in the teaser and again in the text, or
// four in the text. They are named in English for items in English, else in
// German.
func Subjects(it news.Item) []string {
	headline := " " + news.Fold(it.Kicker+" "+it.Headline) + " "
	teaser := " " + news.Fold(it.Teaser) + " "
	body := " " + news.Fold(texts.Shorten(it.BodyText, 6000)) + " "
	english := strings.HasPrefix(it.Language, "en")
	type scored struct {
		name  string
		score int
	}
	var best []scored
	for _, s := range foldedSubjects {
		score := 3*hits(headline, s.stems, 2) + 2*hits(teaser, s.stems, 1) + hits(body, s.stems, 4)
		if score < 3 {
			continue
		}
		if hits(headline, s.stems, 1)+hits(teaser, s.stems, 1) == 0 && score < 4 {
			continue
		}
		name := s.german
		if english {
			name = s.english
		}
		at := len(best)
		for at > 0 && best[at-1].score < score {
			at--
		}
		best = append(best[:at], append([]scored{{name, score}}, best[at:]...)...)
	}
	var names []string
	for _, s := range best[:min(len(best), mostSubjects)] {
		names = append(names, s.name)
	}
	return names
}

// hits counts how often stems occur in a text, up to a limit.
func hits(text string, stems []string, limit int) int {
	n := 0
	for _, stem := range stems {
		if n += strings.Count(text, stem); n >= limit {
			return limit
		}
	}
	return n
}
