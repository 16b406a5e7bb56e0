package news

import "time"

// HostPoliteness is how often one host was asked, and the rules in force there.
type HostPoliteness struct {
	Host        string        `json:"host"`
	Requests    int           `json:"requests"`
	Robots      int           `json:"robots"` // of Requests, for robots.txt
	NotModified int           `json:"not_modified"`
	Refused     int           `json:"refused"`      // answered 429 or 5xx
	Bytes       int64         `json:"bytes"`        // on the wire
	Paused      time.Duration `json:"paused"`       // waited in sum, out of politeness
	Delay       time.Duration `json:"delay"`        // between two requests
	Rules       string        `json:"rules"`        // of robots.txt, in words
	Until       time.Time     `json:"until"`        // Retry-After in force; zero: none
	LastRequest time.Time     `json:"last_request"` // zero: none yet
}

// Share is how many of a hundred requests for pages were answered 304.
func (h HostPoliteness) Share() int {
	if pages := h.Requests - h.Robots; pages > 0 {
		return 100 * h.NotModified / pages
	}
	return 0
}
