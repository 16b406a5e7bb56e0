// Package article reads a page as one report, a file per field: headline, dates,
// teaser, byline, tags, place, body, media. A dom.Page goes in, and what the
// listing said of the report; a read.Article comes out.
package article
