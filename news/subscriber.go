package news

import "time"

// A Subscriber is a mailbox that somebody typed into the subscribe box of a
// page. It gets mails of new items once its reader has confirmed that.
type Subscriber struct {
	ID        string    `json:"id"` // random; the secret in the addresses of its mails
	Mailbox   string    `json:"mailbox"`
	Page      string    `json:"page"` // local address, such as /places/kassel?only=tag:verkehr
	Title     string    `json:"title"`
	Feed      string    `json:"feed,omitempty"` // the saved filter that Page is of, as the configuration has it by now
	Query     Query     `json:"query"`          // what is asked for, of a saved filter besides it, as it was understood then
	Language  string    `json:"language"`       // BCP 47, of the page
	Asked     time.Time `json:"asked"`
	Confirmed time.Time `json:"confirmed,omitzero"`
}
