package extract

import (
	"testing"
	"time"
)

// A page that only forwards tells nothing of its own, in whatever way it does;
// what the listing said stands, and a file that it leads to is an attachment.
func TestForwardingArticle(t *testing.T) {
	entry := &Entry{URL: "https://ort.example/go/1", Headline: "Haushalt beschlossen"}
	for _, c := range []struct {
		name, page string
		from       *Entry
		headline   string
		file       string
	}{
		{"alone", `<title>Weiterleitung</title><meta http-equiv="refresh" content="0;url=/a/1"><body>Sie werden weitergeleitet.`, nil, "", ""},
		{"from a listing", `<title>You are being redirected</title><body><script>location.replace("/a/1")</script>Please wait.`, entry, "Haushalt beschlossen", ""},
		{"to a file", `<title>Redirection</title><meta http-equiv="refresh" content="1; URL='/docs/budget.pdf'"><body>Un instant.`, entry, "Haushalt beschlossen", "https://ort.example/docs/budget.pdf"},
		{"to a file by a script", `<title>Omdirigering</title><body><script>window.location.href = "/filer/budget.docx";</script>`, entry, "Haushalt beschlossen", "https://ort.example/filer/budget.docx"},
	} {
		d, err := Parse(Page{URL: "https://ort.example/go/1", Body: []byte("<html>" + c.page), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		it := d.Article(c.from).Item
		file := ""
		for _, a := range it.Attachments {
			file += a.URL
		}
		if it.Headline != c.headline || file != c.file || it.BodyText != "" {
			t.Errorf("%s: headline %q, file %q, body %q; want %q, %q and none", c.name, it.Headline, file, it.BodyText, c.headline, c.file)
		}
	}
}
