package extract

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// monthWords are the months as European municipalities write them, folded
// (see foldWord): German with Austrian, Swiss, Low German and old forms,
// English, French, Italian, Spanish, Catalan, Galician, Portuguese, Dutch,
// Frisian, Luxembourgish, Danish, Norwegian, Swedish, Icelandic, Polish, Czech,
// Slovak, Sorbian, Slovenian, Croatian, Finnish, Estonian, Romanian, Hungarian,
// Turkish, Welsh, Irish. No word stands for two months here.
var monthWords = monthTable(
	`januar january januor januarmaand ionawr eanair xaneiro jaanuar sijecnja siecnja jannewaris ocak janvara janvier gennaio enero gener janeiro januari stycznia styczen ledna leden januara ianuarie tammikuuta tammikuu januarius
		jan janner jaenner jenner jan jann janv genn ene gen sty led tammi janu`,
	`februar february februor februarmaand chwefror feabhra febreiro veebruar veljace febrewaris subat fevrier febbraio febrero febrer fevereiro februari lutego luty unora unor februara februarie helmikuuta helmikuu
		feb feber febr fevr fev lut uno helmi febru hornung`,
	`marz maerz marzmaand mawrth marta marec merca ozujka marts march mars marzo marc marco maart marts marca marzec brezna brezen martie maaliskuuta maaliskuu marcius
		mar mrz mae mart mrt maa maerts maarz bre maalis maert`,
	`april avril ebrill aibrean apryla aprill travnja nisan abrell aprile abril aprilie kwietnia kwiecien dubna duben aprila huhtikuuta huhtikuu aprilis
		apr avr abr kwi dub huhti aprilmaand`,
	`mai may maimaand bealtaine meje mee svibnja mayis maaie maggio mayo maig maio mei maj maja kveten kvetna toukokuuta toukokuu majus
		mag kve touko maja`,
	`juni june junimaand mehefin meitheamh xuno junij junija juuni lipnja haziran juin giugno junio juny junho czerwca czerwiec cervna cerven juna iunie kesakuuta kesakuu junius
		jun giu cze juno czn cvn iun kesa`,
	`juli july julimaand gorffennaf iuil xullo julij julija juuli srpnja temmuz juillet luglio julio juliol julho lipca lipiec cervence cervenec jula iulie heinakuuta heinakuu julius
		jul lug juil juill lip julei cvc iul heina`,
	`august aout augustmaand awst lunasa awgusta avgust avgusta agust kolovoza agustos agosto agost augustus augusti sierpnia sierpien srpna srpen augusta elokuuta elokuu augusztus
		aug ago sie srp elo`,
	`september septembre harvstmaand septembermaand medi rujna septimber eylul settembre septiembre setiembre setembre setembro wrzesnia wrzesien zari septembra septembrie syyskuuta syyskuu szeptember
		sep sept set sett wrz zar syys settem septem`,
	`oktober october oktobermaand wienmaand hydref oktoober ekim octobre ottobre octubre outubro pazdziernika pazdziernik rijna rijen oktobra octombrie lokakuuta lokakuu
		okt oct ott out paz rij loka`,
	`november novembre novembermaand tachwedd samhain nowembra studenoga studenog novimber kasim noviembre novembro listopada listopad listopadu novembra noiembrie marraskuuta marraskuu
		nov lis marras novem`,
	`dezember december dezembermaand christmaand rhagfyr nollaig decembro detsember prosinca desimber aralik decembre dicembre diciembre desembre dezembro desember grudnia grudzien prosince prosinec decembra decembrie joulukuuta joulukuu
		dez dec dic des gru pro joulu dezem decem`,
)

func monthTable(months ...string) map[string]int {
	table := map[string]int{}
	for i, words := range months {
		for word := range strings.FieldsSeq(words) {
			if other := table[word]; other != 0 && other != i+1 {
				panic("month word " + word + " stands for two months")
			}
			table[word] = i + 1
		}
	}
	return table
}

// monthOnlyIn lists the month words that mean something else in other
// languages; they count with a printed four-digit year, or in these languages.
var monthOnlyIn = map[string]string{
	"set": "it pt", "out": "pt", "des": "no nb nn da is", "lis": "pl cs", "pro": "cs", "led": "cs", "uno": "cs", "dub": "cs",
	"mag": "it", "lip": "pl", "sie": "pl", "gru": "pl", "lut": "pl", "mae": "de", "maa": "nl", "gen": "it ca",
	"ago": "it es pt", "elo": "fi", "zar": "cs", "rij": "cs", "loka": "fi", "paz": "pl", "may": "en es", "marco": "pt", "heina": "fi", "medi": "cy", "mee": "lb", "mart": "nl tr", "ocak": "tr", "ekim": "tr",
	"bre": "cs", "sty": "pl", "hornung": "de", "julius": "hu", "augusta": "sk", "ene": "es", "maja": "pl sk", "lug": "it", "ott": "it",
}

// weekdayWords are the days of the week, folded; 7 stands for the second
// reading of a word, so that Sunday is 0 as in package time.
var weekdayWords = func() map[string]time.Weekday {
	table := map[string]time.Weekday{}
	for i, words := range []string{
		"sonntag sunday sunndag dimanche domenica domingo diumenge zondag sondag niedziela niedziele nedele so son sun dim dom zo zon sonn sond",
		"montag monday lundi lunedi lunes dilluns segunda maandag mandag mandag poniedzialek pondeli mo mon lun maa pon",
		"dienstag tuesday dingsdag dingsdeg mardi martedi martes dimarts terca dinsdag tirsdag tisdag wtorek utery di die dienst tue tues mar din tir",
		"mittwoch wednesday middeweken middweken middeweek mercredi mercoledi miercoles dimecres quarta woensdag onsdag sroda streda mi mit mitt wed weds mer mie wo woe ons",
		"donnerstag thursday dunnersdag jeudi giovedi jueves dijous quinta donderdag torsdag czwartek ctvrtek do don donn thu thur thurs jeu gio jue tor",
		"freitag friday freedag vendredi venerdi viernes divendres sexta vrijdag fredag piatek patek fr fre frei fri ven vie vr vrij",
		"samstag saturday sunnavend samedi sabato sabado dissabte zaterdag lordag lordag sobota sonnabend sa sam samst sat sab za zat lor",
	} {
		for word := range strings.FieldsSeq(words) {
			table[word] = time.Weekday(i)
		}
	}
	return table
}()

// zoneWords are zone names and abbreviations that mean one offset in Europe
// and North America, in hours.
var zoneWords = map[string]float64{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "met": 1, "mest": 2,
	"eet": 2, "eest": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
	"aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13,
}

// clockIntro are words that may stand between a date and its time.
var clockIntro = wordSet("um at a w van fra de hora tid tijd alle ore kl klokken klockan klo om godz godzina godzinie las o h gegen ab von from to t den the dalle hrs time uhrzeit as v ob")

// hourWords announce an hour so clearly that it needs no unit: "kl. 9".
var hourWords = wordSet("dalle ore kl klokken klockan klo godz godzina godzinie")

// clockUnits follow an hour: "14 Uhr", "14h30", "14u30".
var clockUnits = wordSet("uhr h u uur hrs hours heures heure ore godz hod klo uhrs hs")

// yearIntro are the words that may stand between a month and its year, and
// between a day and its month.
var yearIntro = wordSet("de del of do d di den el anno des in l")

// ordinals follow a day without a space: 1er, 10th, 10de, 1º.
var ordinals = wordSet("st nd rd th er re e eme ieme de ten te ter o a º ª ° ste ster n ene le r")

// rangeAnd are the words for "and" that join two days.
var rangeAnd = wordSet("und and et e y en og och a i")

// rangeWords join the two ends of a range.
var rangeWords = wordSet("bis to until till al au tot til do hasta a ao t m thru through und and et e y en i og zum zur den the le el il dem avec met einschl einschliesslich inklusive inkl including incl inclus jusqu jusque och fino")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// A stem belongs to a label when a word starts with it (or is it, where it
// ends in a dot).
type stem struct {
	text  string
	exact bool
	label DateLabel
}

// labelStems are looked up by their first letter.
var labelStems = func() map[byte][]stem {
	table := map[byte][]stem{}
	add := func(label DateLabel, words string) {
		for word := range strings.FieldsSeq(words) {
			text, exact := strings.CutSuffix(word, ".")
			table[text[0]] = append(table[text[0]], stem{text, exact, label})
		}
	}
	add(LabelPublished, `veroffentlich veroeffentlich publi erschien erscheinung erstell eingestellt datum. online. onlineseit pressemitteil pressemeld pressedienst
		pressedatum presseinfo meldung. meldungen. meldungsdatum nachricht. nachrichten. beitrag. artikel. news. newsdatum neuigkeit bekanntgemacht bekanntmachung. bekanntmachungsdatum ausgabe. ausgegeben freigegeben hinzugefugt angelegt. onlinegestellt. uploaded. freigeschalt eingetragen. pressetext. presseinformation. ausgabedatum. ecrit poste. nieuwsbericht. pressemeddelelse wytworz udostepn vyves
		gepostet geschrieben verfasst gespeichert eingereicht autor. autorin. author. verfasser redaktion. posted. post. posting released. release. issued. created. written. submitted added. date. dated. pubdate datepublished paru. parution mis. mise. pubbli pubblic fecha. data. date: gepubliceerd
		publicatie geplaatst verschenen publiceret udgivet offentlig oprettet dato. opublik dodan utworzon zamieszcz publicer publisert lagtut lagt. wprowadzon umieszczon vydan zverejn zveřejn publikovan vlozen
		julkaistu inserit comunicado communique nota. difus creat. aankondig mitteilung. amtsblatt. medieninformation. medienmitteilung press. sendt. skapad. opprettet ajoute aanmaakdatum
		erstveroffentlich erstveroeffentlich hochgeladen. ausgehangt. aushang. angeschlagen. kundgemacht. kundmachung. bereitgestellt. netz. polizeibericht. toegevoegd. udgivelses skrevet. inlagd. subido.`)
	add(LabelUpdated, `stand. datenstand. sachstand. aktualis zmienion herzien. geandert geaendert verandert veraendert anderung. aenderung. anderungen. anderungsdatum aenderungsdatum bearbeit uberarbeit ueberarbeit updat modif revis edited. edit. reviewed. amended.
		actualis aggiorn actualiz bijgewerkt gewijzigd aangepast laatst wijzig opdater rettet. andret. revider zaktualiz aktualiz zmodyf modyf uppdater andrad. oppdater endret. muokattu paivitetty
		jour. editado. letztmals. changed. refreshed. angepasst. datemodified lastmod uprav zmenen gepruft. uberpruf ueberpruf erganz geactualis verifie. verifiee. redigeret. granskad. granskat. redaktionsstand. planungsstand. informationsstand. rechtsstand. akt. aendret`)
	add(LabelEvent, `termin beginn. beginnt. veranstalt findet. stattfind bis. ab. event events. when. wann. deadline einsendeschluss frist bewerbungs anmeldeschluss anmeldefrist gultig gueltig valid
		expire until. starting. starts. start. begins. ends. ende. endet. dal. fino. jusqu hasta. tot. vanaf. indtil. zeitraum dauer. quando. cuando. quand. geplant eroffnung einweihung inkraft kraft. wirkung. sitzung. sitzungstermin auslegung
		before. bevor. opened. aanmeld  spatestens spaetestens open. closing. closes. closed. due. meeting. agenda. effective. inizio. inicio. senast. senest. clotur anmalan. erscheint. nachste. nachster. nachsten. scadenz plazo. wydarzen termin. tidspunkt wanneer. verfall ablauf abgabe
		wahltag. stichtag. by. limite. butoir. avant. partir. compter. entro. uiterlijk. sluitings gaelder galder. obowiazuj sejmut fin. fine. review. sista. do.`)
	add(LabelCited, `gesetz satzung verordnung fassung neufassung. urteil bgbl. gvbl. gbl. geboren geb. gestorben verstorben copyright richtlinie erlass copr. rechte. artikelgesetz beschluss beschlusse loi. decret legge. decreto. ley. wet. ustawa
		born. died. law. regulation richtlijn directive registriert. joined. inscrit. registrato. mitglied. member. foto. bild. photo.`)
	return table
}()

// labelOf is what one folded word says of the date after it.
func labelOf(word string) DateLabel {
	if word == "" {
		return LabelNone
	}
	best, longest := LabelNone, 0
	for _, s := range labelStems[word[0]] {
		if len(s.text) > longest && (word == s.text || !s.exact && strings.HasPrefix(word, s.text)) {
			best, longest = s.label, len(s.text)
		}
	}
	if longest == 0 { // German compounds carry their meaning at the end: Aktualisierungsdatum, Veranstaltungstermin
		switch {
		case len(word) > 8 && (strings.HasSuffix(word, "termin") || strings.HasSuffix(word, "eroffnung") || strings.HasSuffix(word, "anmeldung") || strings.HasSuffix(word, "schluss") || strings.HasSuffix(word, "frist")):
			return LabelEvent
		case len(word) > 8 && strings.HasSuffix(word, "datum"), len(word) > 10 && strings.HasSuffix(word, "mitteilung"), len(word) > 10 && strings.HasSuffix(word, "meldung"), len(word) > 11 && strings.HasSuffix(word, "nachrichten"):
			return LabelPublished
		case len(word) > 8 && (strings.HasSuffix(word, "gesetz") || strings.HasSuffix(word, "satzung") || strings.HasSuffix(word, "verordnung")):
			return LabelCited
		case len(word) > 8 && strings.HasSuffix(word, "anderung"):
			return LabelUpdated
		}
	}
	return best
}

// foldMarks spells marked letters plainly for comparing: März = Marz.
var foldMarks = func() map[rune]string {
	table := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i", 'ᵉ': "e", 'ʳ': "r", 'ᵈ': "d", 'ⁿ': "n", 'ˢ': "s", 'ᵗ': "t", 'ʰ': "h"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "i": "ìíîïĩīĭį", "l": "ĺļľ", "n": "ñńņň",
		"o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťț", "u": "ùúûüũūŭůűų", "y": "ýÿ", "z": "źżž",
	} {
		for _, r := range marked {
			table[r] = plain
		}
	}
	return table
}()

// foldWord is a word in lower case without marks and invisible characters.
func foldWord(s string) string {
	simple := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			simple = false
			break
		}
	}
	if simple {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch r = unicode.ToLower(r); {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case hidden(r):
		case foldMarks[r] != "":
			b.WriteString(foldMarks[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports characters inside words and dates that nobody sees, and
// combining marks, which folding drops.
func hidden(r rune) bool {
	switch {
	case r == '\u00ad', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2069', r == '\ufeff', r == '\ufffd', r >= '\u0300' && r <= '\u036f':
		return true
	}
	return false
}
