// Package listing reads a page as a list of reports: it finds what repeats,
// weighs each list by its rows, reads the rows of the best field by field, and
// lets them agree on dates and labels. Feeds are listings, too. A dom.Page goes
// in, a read.Listing comes out.
package listing
