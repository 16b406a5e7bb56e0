package texts

import "github.com/stadtfeed/stadtfeed/extract/internal/words"

// CreditText is a credit: "Foto: Stadt Kassel", "© M. Muster".
var CreditText = words.Regexp(`(?i)(?:^|[(\[\s/|])(?:{{picture_credits}}\s*(?:[:©]|\(c\)|{{credit_by}}\b)+|{{credit_short}})\s*(?:©\s*)?` +
	`([^()\[\]]{2,120}?)\s*(?:[)\]]|$)|^\s*(?:©|\(c\))\s*([^()\[\]]{2,120}?)\s*$`)

// MayBeCredit is a cheap look before the expressions.
func MayBeCredit(text string) bool {
	return (creditSigns.In(text) || nameCredited(text)) && (ownerSigns.In(text) || nameCredits(text))
}

var (
	creditSigns  = PiecesOf(":", "©", "(c)", "(C)")
	ownerSigns   = PiecesOf("©", "(c)", "(C)")
	nameCredited = MayHold("credited_pictures", "credit_short")
	nameCredits  = MayHold("picture_credits", "credit_short", "caption_marks")
)
