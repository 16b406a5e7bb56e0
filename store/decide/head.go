package decide

import (
	"encoding/hex"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Head is an item without its body, and what identity needs besides.
type Head struct {
	news.Item
	Canonical string    // identity of its address; empty: that of its URL
	Aliases   []string  // further ones, canonical
	Minhash   Minhash   // of headline and body; finds the same report elsewhere
	Signature Signature // of the same; tells about how alike two are
	HasText   Answer    // whether its body has text
	Forgotten bool      // retention has removed it; only its addresses are kept
}

// An Answer is yes or no, or was never asked: items that were kept before
// signatures have none.
type Answer byte

// Answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// MaxAliases bounds how many addresses of one item are remembered.
const MaxAliases = 40

// Address is the identity of the item's address.
func (h *Head) Address() string {
	if h.Canonical == "" {
		h.Canonical = news.Canonical(h.URL)
	}
	return h.Canonical
}

// Sign computes the fingerprints of an item with its body.
func (h *Head) Sign() { h.sign(TextOf(h.Item), h.Item) }

func (h *Head) sign(t *Text, it news.Item) {
	h.Minhash, h.Signature, h.HasText = t.Minhash, t.Signature, No
	if it.BodyText != "" {
		h.HasText = Yes
	}
}

// Recent is how the item is found among the recent ones.
func (h *Head) Recent() Recent {
	return Recent{h.Seq, HeadlineHash(h.Headline), h.Minhash, h.Signature}
}

// Content is the body of an item.
type Content struct{ Text, HTML string }

// A Draft is a news.Draft made ready for deciding; see Prepare.
type Draft struct {
	news.Draft
	Source   string // that was visited
	Name     Name   // of its address
	Headline uint64 // hash
	Text     *Text  // as it is compared

	alike  []*Head // see picture.alikeItems
	looked bool    // alike was looked for
}

// Prepare computes what deciding needs of a draft; Draft and Source are given.
func (d *Draft) Prepare() {
	d.Name = NameOf(d.Canonical)
	d.Headline = HeadlineHash(d.Item.Headline)
	d.Text = TextOf(d.Item)
}

// A Name is the key of an address or an id: 16 bytes of the UUID that
// news.MintID makes of it.
type Name [16]byte

// NameOf is the name of an address or alias.
func NameOf(canonical string) Name { return NameOfID(news.MintID(canonical)) }

// NameOfID is the name of an id: the UUID's bytes; ids of other forms (imported
// ones) are hashed.
func NameOfID(id string) Name {
	short, ok := ShortID(id)
	if !ok {
		short, _ = ShortID(news.MintID("id:" + id))
	}
	return short
}

// Spare leads to the item with an id when the address that the id was minted
// from leads to another.
func Spare(id string) Name { return NameOf("spare:" + id) }

// ID is the id that was minted from the address with this name.
func (n Name) ID() string { return LongID(string(n[:])) }

const urn = "urn:uuid:"

// ShortID is the 16 bytes of a UUID, when id is written the usual way.
func ShortID(id string) (short Name, ok bool) {
	if len(id) != len(urn)+36 || id[:len(urn)] != urn {
		return short, false
	}
	digits := 0
	for i, c := range []byte(id[len(urn):]) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return short, false
			}
			continue
		}
		digit := strings.IndexByte("0123456789abcdef", c)
		if digit < 0 {
			return short, false
		}
		short[digits/2] = short[digits/2]<<4 | byte(digit)
		digits++
	}
	return short, true
}

// LongID is the id of 16 bytes; empty for others.
func LongID(short string) string {
	if len(short) != 16 {
		return ""
	}
	x := hex.EncodeToString([]byte(short))
	return urn + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// HeadlineHash is the hash of a headline as it is compared.
func HeadlineHash(headline string) uint64 { return Hash(news.Fold(headline)) }

const (
	fnvStart uint64 = 14695981039346656037
	fnvPrime uint64 = 1099511628211
)

// Hash is FNV-1a with 64 bits.
func Hash[T string | []byte](s T) uint64 {
	h := fnvStart
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}
