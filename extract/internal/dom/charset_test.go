package dom

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const umlauts = "<p>Grüße aus Fürth – Straßenfest am Mühlenplatz „für alle“</p>"

func encoded(t *testing.T, enc interface{ Bytes([]byte) ([]byte, error) }, s string) []byte {
	t.Helper()
	b, err := enc.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	cp1252 := func(s string) []byte { return encoded(t, charmap.Windows1252.NewEncoder(), s) }
	utf16le := func(s string) []byte {
		return encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), s)
	}
	utf16be := func(s string) []byte {
		return encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), s)
	}
	double := func(s string) string { // UTF-8 taken for windows-1252 and written again
		out, err := charmap.Windows1252.NewDecoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	meta := `<html><head><meta charset="iso-8859-1"></head>`
	for _, row := range []struct {
		name, contentType, override string
		body                        []byte
		want, wantName              string
	}{
		{"nothing declared, UTF-8", "text/html", "", []byte(umlauts), umlauts, "utf-8"},
		{"nothing declared, windows-1252", "text/html", "", cp1252(umlauts), umlauts, "windows-1252"},
		{"ASCII", "", "", []byte("<p>Rathaus</p>"), "<p>Rathaus</p>", "utf-8"},
		{"empty", "", "", nil, "", "utf-8"},
		{"UTF-8 mark", "text/html; charset=iso-8859-1", "", []byte("\xef\xbb\xbf" + umlauts), umlauts, "utf-8"},
		{"UTF-8 mark, windows-1252 after it", "", "", append([]byte("\xef\xbb\xbf"), cp1252(umlauts)...), umlauts, "windows-1252"},
		{"UTF-16LE mark", "", "", append([]byte("\xff\xfe"), utf16le(umlauts)...), umlauts, "utf-16le"},
		{"UTF-16BE mark", "text/html; charset=utf-8", "", append([]byte("\xfe\xff"), utf16be(umlauts)...), umlauts, "utf-16be"},
		{"UTF-16LE without mark", "text/html; charset=utf-16", "", utf16le(umlauts), umlauts, "utf-16le"},
		{"UTF-16BE without mark or word", "", "", utf16be(umlauts), umlauts, "utf-16be"},
		{"UTF-16 declared, UTF-8 sent", "text/html; charset=utf-16", "", []byte(umlauts), umlauts, "utf-8"},
		{"latin-1 is windows-1252", "text/html; charset=ISO-8859-1", "", cp1252(umlauts), umlauts, "windows-1252"},
		{"latin-1 in quotes", `text/html; charset="iso-8859-1"`, "", cp1252(umlauts), umlauts, "windows-1252"},
		{"broken content type", `text/html;; charset=iso-8859-1; `, "", cp1252(umlauts), umlauts, "windows-1252"},
		{"latin-1 declared, UTF-8 sent", "text/html; charset=iso-8859-1", "", []byte(umlauts), umlauts, "utf-8"},
		{"latin-9", "text/html; charset=iso-8859-15", "", []byte("100 \xa4"), "100 €", "iso-8859-15"},
		{"latin-2", "text/html; charset=iso-8859-2", "", []byte("Wroc\xb3aw"), "Wrocław", "iso-8859-2"},
		{"windows-1250 in meta", "", "", []byte("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1250\">Wroc\xb3aw"), "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1250\">Wrocław", "windows-1250"},
		{"meta", "text/html", "", cp1252(meta + umlauts), meta + umlauts, "windows-1252"},
		{"meta utf-16 cannot be", "", "", []byte(`<meta charset=utf-16>` + umlauts), `<meta charset=utf-16>` + umlauts, "utf-8"},
		{"meta in a comment does not count", "", "", []byte("<!-- <meta charset=koi8-r> -->" + string(cp1252("für"))), "<!-- <meta charset=koi8-r> -->für", "windows-1252"},
		{"XML declaration", "application/rss+xml", "", []byte("<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><t>Wroc\xb3aw</t>"), "<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><t>Wrocław</t>", "iso-8859-2"},
		{"header beats meta", "text/html; charset=iso-8859-2", "", []byte("<meta charset=windows-1251>Wroc\xb3aw"), "<meta charset=windows-1251>Wrocław", "iso-8859-2"},
		{"override beats header", "text/html; charset=utf-8", "iso-8859-2", []byte("Wroc\xb3aw"), "Wrocław", "iso-8859-2"},
		{"override beats the bytes", "", "windows-1252", []byte("ü"), "Ã¼", "windows-1252"},
		{"unknown charset declared", "text/html; charset=klingon", "", cp1252(umlauts), umlauts, "windows-1252"},
		{"UTF-8 declared, windows-1252 sent", "text/html; charset=utf-8", "", cp1252(umlauts), umlauts, "windows-1252"},
		{"UTF-8 cut at the end", "text/html; charset=utf-8", "", []byte(umlauts + "\xc3"), umlauts, "utf-8"},
		{"UTF-8 with one field of windows-1252", "text/html; charset=utf-8", "", []byte(umlauts + umlauts + "f\xfcr"), umlauts + umlauts + "für", "utf-8"},
		{"misspelt label", "text/html; charset=utf8mb4", "", []byte(umlauts), umlauts, "utf-8"},
		{"NUL bytes", "", "", []byte("Rat\x00haus"), "Rathaus", "utf-8"},
		{"NUL bytes in windows-1252", "", "", []byte("f\xfcr\x00"), "für", "windows-1252"},
		{"mojibake", "", "", []byte(double(umlauts)), umlauts, "utf-8"},
		{"mojibake beside right text", "", "", []byte("für Grüße " + double("für Grüße")), "für Grüße für Grüße", "utf-8"},
		{"one place is not certain", "", "", []byte("Die Zeichen Ã¼ stehen da"), "Die Zeichen Ã¼ stehen da", "utf-8"},
		{"Portuguese capitals are no mojibake", "", "", []byte("SÃO JOÃO, MANHÃ\u00a0DE VERÃO Ã\u00a0"), "SÃO JOÃO, MANHÃ\u00a0DE VERÃO Ã\u00a0", "utf-8"},
		{"French capitals are no mojibake", "", "", []byte("Â€ ÂGE, PÂQUES, CHÂTEAU"), "Â€ ÂGE, PÂQUES, CHÂTEAU", "utf-8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, name, err := decode(row.body, row.contentType, row.override)
			if err != nil {
				t.Errorf("Decode: %v", err)
			}
			if string(got) != row.want || name != row.wantName {
				t.Errorf("Decode(%q, %q, %q) = %q in %s, want %q in %s", row.body, row.contentType, row.override, got, name, row.want, row.wantName)
			}
		})
	}
}

func TestDecodeUnknownOverride(t *testing.T) {
	text, name, err := decode([]byte("für"), "", "klingon")
	if err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("Decode with an unknown override: error %v, want one that names it", err)
	}
	if string(text) != "für" || name != "utf-8" {
		t.Errorf("Decode with an unknown override = %q in %s, want the text all the same", text, name)
	}
}

func TestDecodeOverrideUTF7IsRefused(t *testing.T) {
	if _, _, err := decode([]byte("a"), "", "utf-7"); err == nil {
		t.Error("Decode with utf-7: no error")
	}
}

func TestDecodeCopiesNothingWhenNothingChanges(t *testing.T) {
	body := []byte(strings.Repeat(umlauts, 50))
	got, _, err := decode(body, "text/html; charset=utf-8", "")
	if err != nil || &got[0] != &body[0] || len(got) != len(body) {
		t.Errorf("Decode copied a valid text (%v)", err)
	}
	if n := testing.AllocsPerRun(20, func() { _, _, _ = decode(body, "", "") }); n > 0 {
		t.Errorf("Decode of a valid text without declaration: %.0f allocations, want none", n)
	}
}

// FuzzDecode holds what Decode promises for any bytes: valid UTF-8 without
// NUL, a name, at most four bytes for one, and a second decoding changes
// nothing more.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(umlauts), "text/html; charset=utf-8", "")
	f.Add([]byte("\xff\xfe<\x00p\x00"), "", "")
	f.Add([]byte("<meta charset=koi8-r>\xf0\xf1"), "text/html", "")
	f.Add([]byte("<?xml encoding='gbk'?>\x81\x30"), "application/xml", "shift_jis")
	f.Add([]byte("+AHw-\x00\xed\xa0\x80"), "text/html; charset=utf-7", "utf-16")
	f.Fuzz(func(t *testing.T, body []byte, contentType, charset string) {
		text, name, err := decode(body, contentType, charset)
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			t.Errorf("Decode(%q, %q, %q) = %q, not clean UTF-8", body, contentType, charset, text)
		}
		if name == "" || err != nil && charset == "" {
			t.Errorf("Decode(%q, %q, %q): name %q, error %v", body, contentType, charset, name, err)
		}
		if len(text) > 4*len(body)+4 {
			t.Errorf("Decode of %d bytes yields %d", len(body), len(text))
		}
	})
}
