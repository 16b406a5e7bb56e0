package news

import (
	"slices"
	"time"
)

// A Concern is what the operator should look at and what is no health of a
// source: that visits cannot be stored, that backups fail. Reasons and Advice
// hold nothing that strangers should not read, such as paths.
type Concern struct {
	Code    string    `json:"code"` // one of ConcernCodes
	Since   time.Time `json:"since"`
	Reasons []Reason  `json:"reasons"`
	Advice  []Reason  `json:"advice"`
	Count   int       `json:"count,omitempty"` // how many sources, changes, items or records it is about
}

// The concerns that there are; their codes stay the same.
const (
	ConcernArchive   = "archive"   // visits cannot be stored, or the file is damaged or replaced
	ConcernBackup    = "backup"    // backups fail or cannot be made
	ConcernTLS       = "tls"       // the certificate has expired, or is about to, or the renewed one cannot be used
	ConcernPublish   = "publish"   // the feeds cannot be written as files
	ConcernLate      = "late"      // sources are not visited for twice their schedule
	ConcernUntold    = "untold"    // the webhook or a receiver of notices takes nothing
	ConcernHeld      = "held"      // items are held back
	ConcernDeletions = "deletions" // deletions are held back
)

// ConcernCodes are the codes of all concerns, the gravest first.
func ConcernCodes() []string {
	return []string{ConcernArchive, ConcernBackup, ConcernLate, ConcernTLS, ConcernPublish, ConcernUntold, ConcernHeld, ConcernDeletions}
}

// Grave reports whether a concern keeps the job from being done; what is held
// back only waits for a decision.
func (c Concern) Grave() bool {
	return !slices.Contains([]string{ConcernHeld, ConcernDeletions}, c.Code)
}
