package news

import "time"

// A Subscription is one subscriber to one feed by WebSub. Topic and Callback are
// kept as the subscriber wrote them.
type Subscription struct {
	Topic    string    `json:"topic"`
	Callback string    `json:"callback"`
	Secret   string    `json:"secret,omitempty"`
	Expires  time.Time `json:"expires"`
	Seen     string    `json:"seen"`           // digest of what was sent last, so that a change during a restart is sent afterwards
	Heard    time.Time `json:"heard,omitzero"` // when the subscriber last confirmed or took something

	Failures int       `json:"-"` // deliveries in a row that failed
	Next     time.Time `json:"-"` // of the next attempt
}
