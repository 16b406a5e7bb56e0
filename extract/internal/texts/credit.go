package texts

import "github.com/stadtfeed/stadtfeed/extract/internal/lazy"

// CreditText is a credit: "Foto: Stadt Kassel", "© M. Muster".
var CreditText = lazy.Regexp(`(?i)(?:^|[(\[\s/|])(?:(?:bildquellen?|bildnachweis|bildrechte|(?:titel|beitrags|symbol` +
	`|archiv)?fotos?|photos?|(?:titel|beitrags|symbol|archiv)?bild(?:er)?|repro|quelle|copyright|picture|image|crédit photo|credit` +
	`|foto de|grafik)\s*(?:[:©]|\(c\)|by\b|von\b|di\b)+|fot\.)\s*(?:©\s*)?([^()\[\]]{2,120}?)\s*(?:[)\]]|$)|^\s*(?:©` +
	`|\(c\))\s*([^()\[\]]{2,120}?)\s*$`)

// MayBeCredit is a cheap look before the expressions.
func MayBeCredit(text string) bool {
	return creditMarks.In(text) && creditParts.In(text)
}

// creditMarks are one of what stands between these words and the name.
var creditMarks = PiecesOf(":", "fot.", "©", "(c)", "(C)", "oto von", "hoto by")

// creditParts are pieces of the words that credits have.
var creditParts = PiecesOf("©", "(c)", "(C)", "oto", "OTO", "ild", "BILD", "uelle", "opyright", "icture", "mage", "redit", "rédit",
	"rafik", "nuotr", "epro", "fot.")
