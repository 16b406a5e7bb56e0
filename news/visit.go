package news

import (
	"slices"
	"time"
)

// Health is how a source is doing.
type Health string

// The states of a source. New is a source that was not visited yet.
const (
	New      Health = ""
	OK       Health = "ok"
	Degraded Health = "degraded" // fields are missing, or detection stands in for a rule
	Broken   Health = "broken"   // no entries, or errors
	Blocked  Health = "blocked"  // robots.txt, 403, captcha
	Stale    Health = "stale"    // answers, but nothing new for far longer than its rhythm
)

// A Visit is one crawl of one source, and how it ended.
type Visit struct {
	Source    string        `json:"source"`
	Started   time.Time     `json:"started"`
	Took      time.Duration `json:"took"`
	Err       string        `json:"err,omitempty"` // empty: the visit succeeded
	Health    Health        `json:"health"`        // of the source after this visit
	Unchanged bool          `json:"unchanged,omitempty"`

	Entries     int `json:"entries"` // rows on the listing pages
	Added       int `json:"added"`
	Edited      int `json:"edited"`
	Withdrawn   int `json:"withdrawn"`
	Renamed     int `json:"renamed,omitempty"` // known items met under new addresses: the site was relaunched
	Held        int `json:"held,omitempty"`    // looked like a flood of old news, kept back for the operator
	Requests    int `json:"requests"`
	NotModified int `json:"not_modified"` // of Requests, answered 304
	Bytes       int `json:"bytes"`        // on the wire
	Failed      int `json:"failed"`       // articles that could not be fetched
}

// A SourceState is all that is remembered of a source between visits. Visiting,
// judging and showing read it; it is written in the visit's transaction.
type SourceState struct {
	Name   string    `json:"name"`
	URL    string    `json:"url"`  // as configured
	Host   string    `json:"host"` // see Host
	Due    time.Time `json:"due"`  // next visit
	Moved  string    `json:"moved,omitempty"`
	Health Health    `json:"health"`
	Since  time.Time `json:"since"` // when Health began
	Why    string    `json:"why,omitempty"`
	Helps  string    `json:"helps,omitempty"` // what the operator can do

	// Why and Helps in parts, to be said in any language: see Say.
	Reasons []Reason `json:"reasons,omitempty"`
	Advice  []Reason `json:"advice,omitempty"`

	Proposed []ProposedRule `json:"proposed,omitempty"` // where rules stopped matching

	LastVisit   time.Time `json:"last_visit,omitzero"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	LastNew     time.Time `json:"last_new,omitzero"` // when an item was last added
	Failures    int       `json:"failures"`          // in a row
	Items       int       `json:"items"`             // kept, without withdrawn ones
	Held        int       `json:"held,omitempty"`    // kept back for the operator
	Backfilled  bool      `json:"backfilled,omitempty"`

	// Learned is the crawler's own baseline; others leave it alone.
	Learned []byte `json:"learned,omitempty"`
}

// SourceChanges are states of configured sources that changed since an archive
// was last asked. What the crawler has Learned is not among them.
type SourceChanges struct {
	States []SourceState
	All    bool   // of all sources that there are: any other is no longer configured
	Until  uint64 // what to ask from next time
}

// A ProposedRule would fit a page on which a rule has stopped matching.
type ProposedRule struct {
	Field  string    `json:"field"` // such as "article.headline"
	Before RuleMatch `json:"before"`
	Now    RuleMatch `json:"now"`
}

// A RuleMatch is what a rule finds on a page.
type RuleMatch struct {
	Select string `json:"select,omitempty"` // empty: a rule of a preset
	Text   string `json:"text,omitempty"`   // cut
	URL    string `json:"url,omitempty"`    // of the page
}

// A HealthChange is one change of state of a source, for the operator's feed.
type HealthChange struct {
	Source string    `json:"source"`
	At     time.Time `json:"at"`
	From   Health    `json:"from"`
	To     Health    `json:"to"`
	Why    string    `json:"why"`
	Helps  string    `json:"helps,omitempty"`

	Reasons []Reason `json:"reasons,omitempty"` // Why and Helps in parts: see Say
	Advice  []Reason `json:"advice,omitempty"`

	Number uint64 `json:"-"` // its place among all changes, set by the archive: later ones have higher numbers
}

// A PageState is what is remembered of one fetched address (a listing page or
// an article), so that the next request can be conditional and the next look
// is planned. The validators are kept exactly as received.
type PageState struct {
	URL          string    `json:"url"` // as fetched
	Source       string    `json:"source"`
	Listing      bool      `json:"listing,omitempty"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Digest       uint64    `json:"digest,omitempty"` // of the body; 0: none
	Status       int       `json:"status"`           // of the last answer
	Fetched      time.Time `json:"fetched"`          // last answer, 304 included
	FirstSeen    time.Time `json:"first_seen"`
	Next         time.Time `json:"next,omitzero"` // next look at an article; zero: none planned
	Looks        int       `json:"looks,omitempty"`
	Gone         time.Time `json:"gone,omitzero"` // first 404 or 410 in a row
}

// A RawPage is a page as it was fetched (decoded body), kept so that changed
// rules can be applied again.
type RawPage struct {
	URL         string    `json:"url"`
	ContentType string    `json:"content_type"`
	Fetched     time.Time `json:"fetched"`
	Body        []byte    `json:"body"`
	Sealed      []byte    `json:"-"` // the whole in the archive's own form, by its Seal; Body is nil then
}

// A KeptPage is the page of an article as it was fetched, and the source that it
// is of.
type KeptPage struct {
	RawPage
	Source string
}

// A Draft is an item as one visit saw it. ID, Seq, FirstSeen, Shown, Changed,
// Story and Revisions are the archive's to set.
type Draft struct {
	Item      Item
	Canonical string   // identity of the address: Canonical(Item.URL), or CanonicalAnchor for an anchored entry
	Aliases   []string // further addresses under which it was met (redirects, rel=canonical); canonical form
	Position  int      // place in the listing, 0 is the top
	Backfill  bool     // from reading the past: counts as seen when it was published
	Reread    bool     // from a kept page under changed rules: corrects the item, and is no edit of the town's
	Withdrawn bool     // the article is gone, confirmed by a second look; other fields but Canonical may be empty
}

// A Report is all that one visit brings home. The archive commits it in one
// transaction, or not at all.
type Report struct {
	Visit  Visit
	State  SourceState
	Drafts []Draft
	Pages  []PageState
	Raw    []RawPage
	Change *HealthChange // nil unless Health changed
	Claim  Claim         // under which the host was visited; without a host the report is not held against one
}

// A Committed tells what a commit made of a Report. Added, Edited, Completed and
// Withdrawn hold ids.
type Committed struct {
	Source    string
	Added     []string
	Edited    []string
	Completed []string // known from a listing alone until now: no edit of the town's
	Withdrawn []string
	Held      int
	Renamed   int    // known items recognised under new addresses (a relaunch)
	Seq       uint64 // the highest Seq of the archive after the commit
	Stale     bool   // the host has been claimed anew since: nothing of the report was stored
}

// Touched are the ids of all items that readers see differently now.
func (c Committed) Touched() []string {
	return slices.Concat(c.Added, c.Edited, c.Completed, c.Withdrawn)
}

// A Claim is the right to visit the due sources of one host, in turn, until it
// expires or is released.
type Claim struct {
	Host    string
	Owner   string
	Expires time.Time
	Sources []string // due ones, the longest due first
	Token   uint64   // higher than that of every earlier claim of the host
}
