package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// firstNames are the common first names of the people who write for
// municipalities and papers in the languages that we read, folded. They tell a
// name from other words where nothing says that one follows.
var firstNames = texts.WordSet(`aaron achim ada adam adelheid adrian agnes albert albrecht alena alessandra alessandro alex alexander alexandra alexandre alfons alfred alice alina alois amelie ana anastasia andre andrea andreas andree andrei andrew andrzej angela angelika angelina anja anita anke anna annalena anne annegret anneke anneliese annemarie annett annette annika anthony antje antoine anton antonia antonio arash ariane arjen armin arndt arne arno arnold arthur artur astrid august axel
	barbara bart beat beate beatrice beatrix ben benedikt benjamin benno bent berit bernadette bernard bernd bernhard bert berthold bettina bianca birgit birgitta birte bjoern bjorn bo bob bodo boris brian brigitte britta bruno burkhard
	camilla camille carina carl carla carlo carlos carmen carola carolin carolina caroline carsten cathrin catherine cecilia cecile celina chantal charles charlotte chiara chris christa christel christian christiane christin christina christine christof christoph christophe christopher claire clara claudia claudio claus clemens constanze cora cordula corina corinna cornelia cosima cristina cyril
	dagmar damian daniel daniela daniele david dean debora deborah denis denise dennis detlef diana dick diego dieter dietmar dietrich dirk dominik dominic dominique donald dora doreen doris dorit dorothea dorothee
	eberhard eckhard edgar edith eduard edward egon ekkehard elena elfriede eliana elisa elisabeth elise elizabeth elke ella ellen elmar elsa else elvira emil emily emilia emma emmanuel emmanuelle enrico eric erich erik erika erna ernst erwin esther eugen eva evelin eveline evelyn ewa
	fabian fabienne fabio falk felicitas felix ferdinand fernando filip finn fiona florence florian francesca francesco francis francisco francois francoise frank franz franziska frauke fred frederic frederik frida friedrich friederike fritz
	gabi gabriel gabriela gabriele geert georg george georges gerald gerd gerda gerhard gerlinde gernot gero gert gertrud giovanni gisela gitta giulia giuseppe gottfried grace greta gregor grit guenter guido guillaume gunnar gunter gunther gunda gustav guy
	hanna hannah hannelore hannes hans harald hartmut harry hauke heide heidi heidrun heike heiko heiner heinrich heinz helen helena helene helga helge hella helmut hendrik henning henri henriette henrik henry herbert heribert hermann hilde hildegard hinrich holger horst hubert hugo
	ian ida ignaz igor ilka ilona ilse ina ines inga inge ingeborg ingo ingrid iris irene irina irmgard isa isabel isabell isabella isabelle ivan ivo ivonne
	jaap jack jacob jacqueline jacques jakob jakub james jan jana jane janet janina janine jannik jannis jason jasmin jean jeanette jeannette jeff jelena jenni jennifer jenny jens jeremy jessica jette jim jo joachim joan joanna joao jochen joe joel joerg joern johan johann johanna johannes john jon jonas jonathan joost jordi jorg jorge jorn jose josef josefine joseph joshua josip juan juana judith juergen juli julia julian juliana juliane julie julien juliette julius jurgen justin justus jutta
	kai kaja karin karina karl karla karolin karsten kaspar katarina katarzyna kate katharina katherine kathleen kathrin katja katrin kay kees kerstin kevin kilian kim kirsten kirstin klara klaus konrad konstantin konstanze kristin kristina kristof krzysztof kurt kyra
	lara larissa lars laszlo laura laurent lea leah lena lennart leo leon leonie leonora leopold lidia lilli lilly lina linda linus lisa lise lorenz lothar louis louisa louise luc luca lucas lucia lucie ludger ludwig luis luisa luise luka lukas lutz lydia lynn
	madeleine magda magdalena maik maike maja malte manfred manuel manuela mara marc marcel marcin marco marcus mareike maren margaret margarete margarethe margarita margit margot margret maria marian mariana marianne marie mariella marija marijke marika marina mario marion marisa marit marita marius mark marko markus marlene marlies marlis marta marten martha martin martina martine marvin mary matej mateusz mathias mathieu mathilde mats matteo matthew matthias maurice max maximilian maya mechthild meike melanie melissa mia michael michaela michal michel michele michelle miguel mike mikkel milan milena minna mira miriam mirjam mirko mohamed mohammed mona monica monika monique moritz murat
	nadia nadin nadine nadja nancy natalia natalie natascha nathalie nathan nele nick nicola nicolai nicolas nicole niels nico niklas niko nikolai nikolaus nils nina noah noel nora norbert norman
	olaf olav ole oleg olga oliver olivia olivier oscar oskar ossi oswald otto ottmar
	paolo pascal patrick patricia patrik paul paula paulina pauline pavel pawel pedro peer per peter petra philip philipp philippe pia pierre piet pieter pietro piotr
	rainer ralf ralph ramona raphael raphaela rasmus raul rebecca regina regine reiner reinhard reinhold remo renata renate rene ricarda ricardo richard rita rob robert roberta roberto robin roger roland rolf roman ronald ronja ronny rosa rosemarie roswitha roy rudi rudolf rudiger ruediger rupert ruth ryan
	sabina sabine sabrina salome sam samira samuel sandra sandy sara sarah sascha saskia scott sean sebastian selina selma serge sergej severin sibylle siegfried sigrid silja silke silvana silvia simon simona simone sina sofia sofie solveig sonja soeren sophia sophie soren stefan stefanie stefano steffen steffi stella stephan stephane stephanie stephen steve steven stine sue susan susana susann susanna susanne susi sven svenja svetlana sybille sylke sylvia sylvie
	tabea tamara tanja tatjana ted teresa thea theo theodor theresa therese thies thilo thomas thorben thorsten tilman till tim timo tina tino titus tobias todd tom tomas tomasz tommy toni torben torsten traudl trine tristan
	udo ulf uli ulla ullrich ulrich ulrike urs ursula ute uta uwe
	valentin valentina valeria valerie vanessa vasilisa vera verena veronika vicky victor victoria viktor viktoria vincent viola vivian viviane volker volkmar
	waldemar walter waltraud wendy werner wibke wiebke wilfried wilhelm willi william willy wilma winfried wolfgang wolfram wolf
	xaver yannick yasmin yvonne yves zoe`)

// nameParts are the small words within names.
var nameParts = texts.WordSet("von van vom de der den zu zum zur del della di da dos das la le el al bin ibn ten ter du af av")

// nameTitles may stand before a name.
var nameTitles = texts.WordSet("dr prof professor professorin med phil jur rer nat ing dipl mag ma ba msc frau herr pfarrer pfarrerin")

// isPersonName reports whether a text is the name of a person and nothing else:
// a common first name, with capitals throughout.
func isPersonName(s string) bool {
	if len(s) > 60 || strings.ContainsAny(s, "0123456789:/@!?()") {
		return false
	}
	n, known := 0, false
	for word := range strings.FieldsSeq(s) {
		fold := words.Fold(strings.TrimRight(word, "."))
		if n == 0 && nameTitles[fold] {
			continue
		}
		if n > 0 && nameParts[fold] {
			continue
		}
		if c, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(c) {
			return false
		}
		if n == 0 {
			first, _, _ := strings.Cut(fold, "-")
			known = firstNames[first]
		}
		n++
	}
	return known && n >= 2 && n <= 4
}
