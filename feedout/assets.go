package feedout

import (
	"embed"
	"net/http"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// Paths of the assets; pages add assetVersion, so that they may be kept for good.
const (
	stylePath  = "/assets/style.css"
	scriptPath = "/assets/copy.js"
	iconPNG    = "/assets/icon.png"
	iconSVG    = "/assets/icon.svg"
)

// assetKinds are the media types of the assets.
var assetKinds = map[string]string{
	stylePath: "text/css; charset=utf-8", scriptPath: "text/javascript; charset=utf-8", iconPNG: "image/png", iconSVG: "image/svg+xml",
}

// assets are the prepared answers for the assets under their plain addresses,
// kept those under addresses that name their version.
var assets, kept = prepareAssets()

func prepareAssets() (plain, kept map[string]*answer) {
	plain, kept = map[string]*answer{}, map[string]*answer{}
	for p, kind := range assetKinds {
		body, err := assetFiles.ReadFile(p[1:])
		if err != nil {
			panic(err) // the file is compiled in
		}
		sum := digest(body)
		plain[p] = &answer{kind: kind, vary: "Accept-Encoding", control: "public, max-age=86400", body: body, digest: sum}
		kept[p] = &answer{kind: kind, vary: "Accept-Encoding", control: "public, max-age=31536000, immutable", body: body, digest: sum}
	}
	plain["/favicon.ico"], kept["/favicon.ico"] = plain[iconPNG], kept[iconPNG]
	return plain, kept
}

// assetVersion changes with the assets.
var assetVersion = "?v=" + digest([]byte(assets[stylePath].digest + assets[scriptPath].digest + assets[iconSVG].digest))[:8]

// asset answers with a style sheet, a script or an icon.
func (s *Server) asset(x *site, w http.ResponseWriter, r *http.Request) {
	path := x.local(r.URL.Path)
	if r.URL.RawQuery == assetVersion[1:] {
		s.give(w, r, kept[path])
		return
	}
	s.give(w, r, assets[path])
}

// robots answers /robots.txt: search engines may read the pages but not the
// addresses without end; whether items are indexed is said by X-Robots-Tag.
func (s *Server) robots(x *site, w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, p := range []string{"/search", "/api/", "/status", "/metrics"} {
		b.WriteString("Disallow: " + x.prefix + p + "\n")
	}
	body := []byte(b.String())
	s.give(w, r, &answer{kind: "text/plain; charset=utf-8", vary: "Accept-Encoding", control: "public, max-age=3600", body: body, digest: digest(body)})
}
