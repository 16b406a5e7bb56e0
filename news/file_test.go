package news

import "testing"

func TestFileKey(t *testing.T) {
	for _, tc := range []struct{ name, a, b string }{
		{"stamp", "https://a.de/dl/0.pdf?ts=1700000", "https://a.de/dl/0.pdf?ts=1700009"},
		{"counter", "https://a.de/dl/z1.pdf", "https://a.de/dl/z1.pdf?t=1"},
		{"stamp without a name", "https://a.de/media/3_0_1.PDF?1700000000", "https://a.de/media/3_0_1.PDF?1700000600"},
		{"cache buster", "https://a.de/dl/0.pdf?cb=22841ea3", "https://a.de/dl/0.pdf?cb=f1"},
		{"version", "https://a.de/docs/plan.docx?sfvrsn=abc_2", "https://a.de/docs/plan.docx?sfvrsn=dd1_4"},
		{"token beside a number", "https://a.de/index.php?eID=dumpFile&t=f&f=700&token=22841ea360fc3c36", "https://a.de/index.php?eID=dumpFile&t=f&f=700&token=ffff1ea360fc3c36"},
		{"hash in the path", "https://a.de/resource/blob/010/22841ea360fc3c3676a38502aa9a90a1/satzung-data.pdf", "https://a.de/resource/blob/010/a302da3294ef556ab933c9b09a7fdebf/satzung-data.pdf"},
		{"id of a version", "https://a.de/f/6f1c0f0e-1111-4a4a-8b8b-0123456789ab/plan.pdf", "https://a.de/f/7a1c0f0e-2222-4a4a-8b8b-0123456789ab/plan.pdf"},
		{"short hash in the path", "https://a.de/media/3f2a9c1b/plan.pdf", "https://a.de/media/0b2a9c1e/plan.pdf"},
		{"token of an image style", "https://a.de/files/plan.pdf?itok=Xy_3", "https://a.de/files/plan.pdf?itok=aB-9"},
		{"version in Czech", "https://a.cz/plan.pdf?verze=3", "https://a.cz/plan.pdf?verze=4"},
		{"hash in the name", "https://a.de/assets/plan.3f2a9c1b7d.pdf", "https://a.de/assets/plan.0b2a9c1b7e.pdf"},
		{"signed storage", "https://a.de/c/d0.pdf?sv=2022-11-02&se=2026-11-20T12%3A00%3A00Z&sr=b&sp=r&sig=22841%3D", "https://a.de/c/d0.pdf?sv=2022-11-02&se=2026-11-21T12%3A00%3A00Z&sr=b&sp=r&sig=aaaa%3D"},
		{"signed bucket", "https://s3.a.de/b/k.pdf?X-Amz-Date=20261120T000000Z&X-Amz-Signature=ab12", "https://s3.a.de/b/k.pdf?X-Amz-Date=20261121T000000Z&X-Amz-Signature=cd34"},
		{"download program", "https://a.de/download.php?id=12&token=abc", "https://a.de/download.php?id=12&token=def"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x, y := FileKey(tc.a), FileKey(tc.b)
			if x == "" || x != y {
				t.Errorf("FileKey: %q and %q, want one", x, y)
			}
			if OtherFile(tc.a, tc.b) {
				t.Errorf("OtherFile(%q, %q)", tc.a, tc.b)
			}
		})
	}
}

func TestOtherFile(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"https://a.de/pdf/n1.pdf", "https://a.de/pdf/n2.pdf", true},
		{"https://a.de/alt/n1.pdf", "https://a.de/neu/n1.pdf?v=2", false},
		{"https://a.de/index.php?eID=dumpFile&f=700&token=aa", "https://a.de/index.php?eID=dumpFile&f=701&token=bb", true},
		{"https://a.de/download/12", "https://a.de/download/13", true},
		{"https://a.de/pdf/22841ea360fc3c3676a38502aa9a90a1.pdf", "https://a.de/pdf/a302da3294ef556ab933c9b09a7fdebf.pdf", true},
		{"https://a.de/aktuelles/1", "https://a.de/aktuelles/2", false}, // pages: their texts tell
		{"https://a.de/2026/satzung-2026.pdf", "https://a.de/2027/satzung-2027.pdf", true},
	} {
		if got := OtherFile(tc.a, tc.b); got != tc.want {
			t.Errorf("OtherFile(%q, %q) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
	for _, page := range []string{"https://a.de/aktuelles?t=5", "https://a.de/news/v2", "mailto:a@b.de", "::"} {
		if got := FileKey(page); got != "" {
			t.Errorf("FileKey(%q) = %q, want none", page, got)
		}
	}
}

// FuzzFileKey holds that any address can be asked about, and that none is
// another file than itself.
func FuzzFileKey(f *testing.F) {
	f.Add("https://a.de/x/22841ea360fc3c3676a38502aa9a90a1/y.pdf?ts=1&id=2")
	f.Add("http://a.de/%2f/plan-3f2a9c1b7d-3f2a9c1b7d.pdf?17")
	f.Fuzz(func(t *testing.T, address string) {
		if OtherFile(address, address) {
			t.Errorf("%q is another file than itself", address)
		}
	})
}
