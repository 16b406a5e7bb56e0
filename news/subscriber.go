package news

import "time"

// A Subscriber is a mailbox that somebody typed into the subscribe box of a
// page. It gets mails of new items once its reader has confirmed that.
type Subscriber struct {
	ID        string    `json:"id"` // random; the secret in the addresses of its mails
	Mailbox   string    `json:"mailbox"`
	Page      string    `json:"page"` // local address, such as /places/kassel?only=tag:verkehr
	Title     string    `json:"title"`
	Query     Query     `json:"query"`    // as it was understood then; a saved filter's is that of the configuration
	Language  string    `json:"language"` // BCP 47, of the page
	Asked     time.Time `json:"asked"`
	Confirmed time.Time `json:"confirmed,omitzero"`
}
