// Package places tells the names of towns, counties and regions, by a gazetteer,
// by what stands before them and by their form. It knows no page.
package places
