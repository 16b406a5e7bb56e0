package extract

import (
	"strings"
	"testing"
)

func TestForward(t *testing.T) {
	const base = "https://ort.example"
	long := "<p>" + strings.Repeat("Der Gemeinderat tagt am Montag im Saal. ", 100) + "</p>"
	for _, c := range []struct{ name, page, want string }{
		{"refresh at once", `<meta http-equiv=refresh content="0;url=/neu.php">`, "/neu.php by meta refresh"},
		{"refresh with quotes and a notice", `<META HTTP-EQUIV="Refresh" CONTENT="5; URL='nyheder/'"><p>Du bliver sendt videre.</p>`, "/nyheder/ by meta refresh"},
		{"refresh with a comma", `<meta http-equiv="refresh" content="3, url=http://ort.example:8080/a">`, "http://ort.example:8080/a by meta refresh"},
		{"refresh without the word", `<meta http-equiv="refresh" content="0; /actualites">`, "/actualites by meta refresh"},
		{"a page loaded anew", `<meta http-equiv="refresh" content="0; url=/start">`, ""},
		{"a page loaded anew from time to time", `<meta http-equiv="refresh" content="300"><p>Pegelstand</p>`, ""},
		{"news that go on after five minutes", `<meta http-equiv="refresh" content="300; url=/b">` + long, ""},
		{"news that are left after a while", `<meta http-equiv="refresh" content="20; url=/b">` + long, ""},
		{"frames with names", `<frameset cols="20%,80%"><frame src="menu.html" name="menu"><frame src="inhalt.html" name="inhalt"></frameset>`, "/inhalt.html by frameset"},
		{"frames by size", `<frameset rows="100,*,40"><frame src="a.html"><frame src="b.html"><frame src="c.html"></frameset>`, "/b.html by frameset"},
		{"frames within frames", `<frameset rows="80,*"><frame src="top.htm"><frameset cols="180,*"><frame src="links.htm" name="links"><frame src="accueil.htm" name="page"></frameset></frameset>`, "/accueil.htm by frameset"},
		{"one frame", `<frameset><frame src="https://www.ort.example/web/"></frameset>`, "https://www.ort.example/web/ by frameset"},
		{"script", `<script>window.location.href="/portal/start.php";</script>`, "/portal/start.php by script"},
		{"script with escapes", `<script>top.location.replace('\/cs\/aktuality')</script>`, "/cs/aktuality by script"},
		{"script when loaded", `<body onload="document.location='index2.html'">`, "/index2.html by script"},
		{"script behind a comment", "<script><!--\nself.location = 'nl/nieuws.asp'\n//--></script>", "/nl/nieuws.asp by script"},
		{"script that adds to an address", `<script>location.href="/go?u=" + document.referrer</script>`, ""},
		{"a frame as large as the page", `<body><IFRAME src="/portal/news.php" style="width: 100%; height: 100vh">` +
			`</iframe>`, "/portal/news.php by frame"},
		{"a frame with text beside it", `<iframe src="/portal/news.php" width="100%" height="100%"></iframe>` + long, ""},
		{"a small frame", `<iframe src="/portal/news.php" width="300" height="200"></iframe>`, ""},
		{"a viewer of a file", `<iframe src="/viewer.html?file=/amtsblatt.pdf" width="100%" height="100%"></iframe>`, ""},
		{"script of a page with text", `<script>if (x) location.href="/mobil";</script>` + long, ""},
	} {
		d, err := Parse(Page{URL: base + "/start", Body: []byte("<html><title>Ort</title>" + c.page)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		f, ok := d.Forward()
		got := strings.TrimPrefix(f.String(), base)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s: forwards to %q, want %q", c.name, got, c.want)
		}
		if ok && !MayForward([]byte("<html><title>Ort</title>"+c.page)) {
			t.Errorf("%s: MayForward says false", c.name)
		}
		if isObstacle := d.Obstacle() == Forwards; isObstacle != (c.want != "") {
			t.Errorf("%s: obstacle %q", c.name, d.Obstacle())
		}
	}
}

// FuzzForward holds that a forward is a web address, and that the cheap look
// misses none.
func FuzzForward(f *testing.F) {
	f.Add([]byte(`<meta http-equiv=refresh content="0;url=/neu.php">`))
	f.Add([]byte(`<frameset cols="20%,80%"><frame src="menu.html"><frame src="inhalt.html"></frameset>`))
	f.Add([]byte(`<body onload="document.location='index2.html'">`))
	f.Fuzz(func(t *testing.T, page []byte) {
		d, err := Parse(Page{URL: "https://ort.example/start", Body: page}, Options{Charset: "utf-8"})
		if err != nil {
			return
		}
		to, ok := d.Forward()
		if ok && !strings.HasPrefix(to.URL, "http") {
			t.Errorf("forwards to %q", to.URL)
		}
		if ok && to.By != "script" && len(page) < 32<<10 && !MayForward(page) {
			t.Errorf("MayForward misses %q", to)
		}
	})
}
