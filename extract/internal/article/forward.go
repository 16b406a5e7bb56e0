package article

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// attachTarget offers the file that the page only leads to.
func (r *reader) attachTarget() {
	to, _ := obstacle.Forward(r.d)
	if kind := dom.FileTypes[dom.ExtensionOf(to.URL)]; kind != "" {
		r.art.Item.Attachments = []news.Attachment{{URL: to.URL, Title: r.art.Item.Headline, Type: kind}}
		r.art.Evidence["attachments"] = read.Evidence{Rule: rules.Link, Where: to.By, Raw: to.URL}
	}
}
