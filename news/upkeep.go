package news

import "time"

// Retention is how long an archive keeps what; zero means for good.
type Retention struct {
	Items     time.Duration // since Shown; the address is remembered, so that the item does not return as news
	Revisions int           // per item, the latest
	Pages     time.Duration // raw pages, since they were fetched
}

// An Upkeep is what is done to an archive once a day.
type Upkeep struct {
	Retention Retention
	Backups   string // folder for copies of a file; empty: none
	Keep      int    // how many of them; 0: seven
}

// Pruned is what an upkeep removed, and what it held back.
type Pruned struct {
	Items, Revisions, Pages int
	Held                    []Deletion
}

// A Deletion is what is past its age and was not deleted, because it was much at
// once and the clock may be wrong.
type Deletion struct {
	Kind    string    // "items" or "pages"
	Records int       // how many are held
	Before  time.Time // of before when they are
	Since   time.Time // by the archive's clock
}

// A Verdict is what looking through the whole archive counted.
type Verdict struct {
	Items, Revisions, Pages, RawPages int
}

// A HeldDraft is a draft that an archive keeps back until the operator decides.
type HeldDraft struct {
	Source string    `json:"source"`
	Since  time.Time `json:"since"`
	Draft  Draft     `json:"draft"`
}
