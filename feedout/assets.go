package feedout

import (
	"embed"
	"net/http"
	"strings"
	"sync"
)

//go:embed assets
var assetFiles embed.FS

// Paths of the assets; pages add their version, so that they may be kept for good.
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

// preparedAssets are the answers for the assets.
type preparedAssets struct {
	plain   map[string]*answer // by plain address
	kept    map[string]*answer // under addresses that name their version
	version string             // changes with the assets: "?v=1a2b3c4d"
}

// prepared are the assets, digested when they are first asked for.
var prepared = sync.OnceValue(func() *preparedAssets {
	a := &preparedAssets{plain: map[string]*answer{}, kept: map[string]*answer{}}
	for p, kind := range assetKinds {
		body, err := assetFiles.ReadFile(p[1:])
		if err != nil {
			panic(err) // the file is compiled in
		}
		sum := digest(body)
		a.plain[p] = &answer{kind: kind, vary: "Accept-Encoding", control: "public, max-age=86400", body: body, digest: sum}
		a.kept[p] = &answer{kind: kind, vary: "Accept-Encoding", control: "public, max-age=31536000, immutable", body: body, digest: sum}
	}
	a.plain["/favicon.ico"], a.kept["/favicon.ico"] = a.plain[iconPNG], a.kept[iconPNG]
	a.version = "?v=" + digest([]byte(a.plain[stylePath].digest + a.plain[scriptPath].digest + a.plain[iconSVG].digest))[:8]
	return a
})

// asset answers with a style sheet, a script or an icon.
func (s *Server) asset(x *site, w http.ResponseWriter, r *http.Request) {
	path := x.local(r.URL.Path)
	if r.URL.RawQuery == prepared().version[1:] {
		s.give(w, r, prepared().kept[path])
		return
	}
	s.give(w, r, prepared().plain[path])
}

// robots answers /robots.txt: search engines may read the pages but not the
// addresses without end; whether items are indexed is said by X-Robots-Tag.
func (s *Server) robots(x *site, w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, p := range []string{"/search", "/api/", "/saved", "/status", "/metrics"} {
		b.WriteString("Disallow: " + x.prefix + p + "\n")
	}
	body := []byte(b.String())
	s.give(w, r, &answer{kind: "text/plain; charset=utf-8", vary: "Accept-Encoding", control: "public, max-age=3600", body: body, digest: digest(body)})
}
