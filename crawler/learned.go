package crawler

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// maxNews is how many moments of publication are remembered, maxOnList how
	// many entries of the listing.
	maxNews   = 40
	maxOnList = 60
)

// learned is the crawler's own memory of a source: how it was read last, what
// its pages usually show, and when the town publishes. It is kept in
// SourceState.Learned; every field is written by walk.
type learned struct {
	Reading    uint64 `json:"reading,omitempty"`    // digest of what decides how pages are read
	Schedule   string `json:"schedule,omitempty"`   // under which the next visit was planned
	Incomplete bool   `json:"incomplete,omitempty"` // the last visit did not see all of the listing
	Feed       string `json:"feed,omitempty"`       // the site's own feed, where its page shows no entries
	Fresh      int    `json:"fresh,omitempty"`      // seconds for which the listing may be used unasked
	Gone       int    `json:"gone,omitempty"`       // articles found gone all at once

	// What was ill when it was last looked at; an unchanged page leaves it so.
	Ill    []news.Reason `json:"ill,omitempty"`      // what the listing no longer shows
	Unread []news.Reason `json:"none_had,omitempty"` // why no article could be fetched
	Same   []news.Reason `json:"same,omitempty"`     // what most articles of a visit had in common

	Proposal []news.ProposedRule `json:"proposed,omitempty"` // rules that would fit now

	Began   int64              `json:"began,omitempty"`   // first success, Unix seconds
	OnList  []uint32           `json:"on_list,omitempty"` // shortKey of the entries that the listing shows
	Rows    []uint32           `json:"rows,omitempty"`    // rowKey of the entries that the listing shows
	Reads   int                `json:"reads,omitempty"`   // listings parsed
	Entries float64            `json:"entries,omitempty"` // usual number on the first page
	Listed  map[string]float64 `json:"listed,omitempty"`  // usual share of entries with a field
	Filled  map[string]float64 `json:"filled,omitempty"`  // usual share of articles with a field
	Read    int                `json:"read,omitempty"`    // articles read
	Recent  map[string]float64 `json:"recent,omitempty"`  // the same of the last few
	News    []int64            `json:"news,omitempty"`    // when something was published, Unix seconds, ascending

	// Share of pages on which the source's own rule or preset found a field,
	// rather than detection: usually, and of the last few.
	Ruled       map[string]float64 `json:"ruled,omitempty"`
	RuledRecent map[string]float64 `json:"ruled_recent,omitempty"`

	Weeks weeks `json:"weeks,omitzero"` // in which something was published, for two years

	// What the host asks for; see noteHost. Unix seconds.
	Until int64 `json:"until,omitempty"` // to be left alone until then
	Down  int64 `json:"down,omitempty"`  // its robots.txt cannot be fetched since then

	Robots      robots `json:"-"` // the rules of its robots.txt
	RobotsUntil int64  `json:"-"` // they are used unasked until then, Unix seconds; 0: none are known

	Shape     extract.Shape `json:"shape,omitzero"`       // of the listing
	Rebuilt   int           `json:"rebuilt,omitempty"`    // per cent of it that were new at once
	RebuiltAt int64         `json:"rebuilt_at,omitempty"` // Unix seconds
	Ruling    uint64        `json:"ruling,omitempty"`     // digest of the rules that Ruled is about

	Site string `json:"site,omitempty"` // what article pages have in common: an extract.Site, encoded

	Unmatched []unmatchedRule `json:"unmatched,omitempty"` // rules of the source's own that find nothing now, or seldom something

	Since int64 `json:"since,omitempty"` // Unix seconds; news from then on may be missing, as a visit broke off
}

func (l learned) fresh() time.Duration { return time.Duration(l.Fresh) * time.Second }

// readingDigest is a fingerprint of all that decides how the source's pages
// are read, so that a changed rule reads an unchanged page anew.
func (s *source) readingDigest(version string) uint64 {
	o := s.ExtractOptions()
	text, err := json.Marshal([]any{
		version, s.URL, s.Kind, s.Pages, s.ListingOnly,
		o.Preset, o.NoPreset, o.Rules, o.Location.String(), o.Language, o.Place, o.Tags, o.Charset, o.Words, o.Subjects,
	})
	if err != nil {
		panic(err) // everything in it marshals
	}
	return digest(text)
}

// rulingDigest is a fingerprint of the source's own rules and preset.
func (s *source) rulingDigest() uint64 {
	text, err := json.Marshal([]any{s.Preset, s.Rules})
	if err != nil {
		panic(err) // everything in it marshals
	}
	return digest(text)
}

// pace is how fast the usual follows what is seen: quickly at first, then a
// tenth of the way each time.
func pace(seen int) float64 { return max(0.1, 1/float64(seen+1)) }

// recentPace makes the last four articles count, listingPace the last two
// listings.
const (
	recentPace  = 0.4
	listingPace = 0.6
)

// learnListing moves the baseline towards what a listing showed; a fiftieth
// of the way where it looks ill.
func (l *learned) learnListing(entries []extract.Entry, ill bool) {
	k := pace(l.Reads)
	if ill {
		k = 0.02
	}
	l.Reads++
	l.Entries += k * (float64(len(entries)) - l.Entries)
	l.Listed = drift(l.Listed, listedShares(entries), k)
}

// learnArticles moves the baseline towards what articles showed.
func (l *learned) learnArticles(articles []extract.Article) {
	for _, a := range articles {
		filled := filledFields(a)
		l.Recent = drift(l.Recent, filled, max(recentPace, pace(l.Read)))
		l.Filled = drift(l.Filled, filled, slower(l.Read))
		l.Read++
		l.learnRules("article.", a.Evidence, recentPace)
	}
}

// learnAgain notes what articles that were known before show by themselves: a
// page that was mended shows it there first. That such a page lacks something
// says nothing of the news.
func (l *learned) learnAgain(articles []extract.Article) {
	for _, a := range articles {
		shown := map[string]float64{}
		for field, has := range filledFields(a) {
			if rule := a.Evidence[field].Rule; has == 1 && rule != "" && rule != extract.ByListing {
				shown[field] = 1
			}
		}
		l.Recent = drift(l.Recent, shown, recentPace)
	}
}

// slower is the pace of what must not be forgotten within a few visits.
func slower(seen int) float64 { return max(0.02, 1/float64(seen+1)) }

// learnRules notes which fields the source's own rule or preset found. A field
// that neither found counts as missed only once a rule has found it before.
func (l *learned) learnRules(page string, evidence map[string]extract.Evidence, pace float64) {
	seen := map[string]float64{}
	for field := range l.Ruled {
		if strings.HasPrefix(field, page) {
			if _, found := evidence[strings.TrimPrefix(field, page)]; found {
				seen[field] = 0
			}
		}
	}
	for field, e := range evidence {
		if isRule(e) {
			seen[page+field] = 1
		}
	}
	// The first sight of a field counts whole, later ones by their pace.
	for field, x := range seen {
		if _, ok := l.Ruled[field]; !ok {
			l.Ruled, l.RuledRecent = drift(l.Ruled, map[string]float64{field: x}, 1), drift(l.RuledRecent, map[string]float64{field: x}, 1)
			delete(seen, field)
		}
	}
	l.Ruled, l.RuledRecent = drift(l.Ruled, seen, 0.02), drift(l.RuledRecent, seen, pace)
}

// isRule reports whether a rule of the configuration or a preset found a
// field, rather than detection.
func isRule(e extract.Evidence) bool {
	return e.Rule == extract.BySelector || e.Rule == extract.ByPreset
}

// drift is usual moved towards what was seen.
func drift(usual, seen map[string]float64, k float64) map[string]float64 {
	usual = maps.Clone(usual)
	if usual == nil {
		usual = map[string]float64{}
	}
	for field, share := range seen {
		x := usual[field]
		x += k * (share - x)
		usual[field] = float64(int(x*1000+0.5)) / 1000
	}
	return usual
}

// listedShares is the share of entries that show each field.
func listedShares(entries []extract.Entry) map[string]float64 {
	shares := map[string]float64{"published": 0, "teaser": 0, "place": 0}
	for _, e := range entries {
		part := 1 / float64(len(entries))
		if !e.Published.IsZero() {
			shares["published"] += part
		}
		if e.Teaser != "" {
			shares["teaser"] += part
		}
		if e.Place != "" {
			shares["place"] += part
		}
	}
	return shares
}

// filledFields tells which fields an article has: 1 or 0 each.
func filledFields(a extract.Article) map[string]float64 {
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	it := a.Item
	return map[string]float64{
		"published": is(!it.Published.IsZero()), "teaser": is(it.Teaser != ""), "body": is(it.BodyText != "" || it.NoArchive),
		"tags": is(len(it.Tags) > len(it.Assigned)), "place": is(it.Place != ""),
	}
}

// learnNews remembers when the town published: from the dates on the page
// where they tell the hour, else from when the news was first seen.
func (l *learned) learnNews(moments []time.Time, now time.Time) {
	l.News = slices.Clone(l.News)
	for _, t := range moments {
		if t.After(now) || now.Sub(t) > 3*365*24*time.Hour {
			continue
		}
		l.News = append(l.News, t.Unix())
		l.Weeks.mark(t)
	}
	slices.Sort(l.News)
	l.News = slices.Compact(l.News)
	l.News = l.News[max(len(l.News)-maxNews, 0):]
}

// shortKey is enough of a canonical address to tell the entries of one
// listing apart.
func shortKey(canonical string) uint32 { return uint32(xxhash.Sum64String(canonical)) }
