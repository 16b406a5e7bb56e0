package news

import "time"

// A SavedSearch is a search that somebody keeps as a feed of his own. Its
// address holds a token that only he knows.
type SavedSearch struct {
	ID    string    `json:"id"` // the SHA-256 sum of the token, in hexadecimal
	Title string    `json:"title"`
	Text  string    `json:"text"`  // as it was typed, for people
	Query Query     `json:"query"` // as it was understood then, which holds whatever becomes of the grammar
	Made  time.Time `json:"made"`
}
