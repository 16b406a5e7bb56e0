package dom

import (
	"bytes"
	"encoding/json"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// holdsTableData is a quick look whether a page may carry the rows of a table in
// an attribute.
func holdsTableData(text []byte) bool {
	return bytes.Contains(text, []byte("&quot;data&quot;:")) || bytes.Contains(text, []byte(`"data":`))
}

// fillTables gives tables without cells the rows that an attribute of theirs
// holds as JSON. A script would fill them in, as the system of many Swiss
// municipalities has it: <table data-entities="{&quot;data&quot;:[…]}">.
func fillTables(root *html.Node) {
	var tables []*html.Node
	for n := range root.Descendants() {
		if n.DataAtom == atom.Table && !hasCells(n) {
			tables = append(tables, n)
		}
	}
	for _, table := range tables {
		for _, row := range tableData(table) {
			table.AppendChild(row)
		}
	}
}

func hasCells(table *html.Node) bool {
	for n := range table.Descendants() {
		if n.DataAtom == atom.Td {
			return true
		}
	}
	return false
}

// tableData are the rows that an attribute of a table holds.
func tableData(table *html.Node) []*html.Node {
	for _, a := range table.Attr {
		if !strings.HasPrefix(a.Key, "data-") || !strings.HasPrefix(a.Val, "{") {
			continue
		}
		var table struct {
			Data []tableRow `json:"data"`
		}
		if json.Unmarshal([]byte(a.Val), &table) != nil {
			continue
		}
		var rows []*html.Node
		for _, row := range table.Data[:min(len(table.Data), read.MaxEntries)] {
			rows = append(rows, row.node())
		}
		if len(rows) > 0 {
			return rows
		}
	}
	return nil
}

// A tableRow is the HTML of the cells of a row, in their order.
type tableRow []string

// UnmarshalJSON reads an object and keeps the order of its members. Those that
// are there for sorting, or for the script, are left out.
func (r *tableRow) UnmarshalJSON(raw []byte) error {
	members := json.NewDecoder(bytes.NewReader(raw))
	if _, err := members.Token(); err != nil {
		return err
	}
	for members.More() {
		key, err := members.Token()
		if err != nil {
			return err
		}
		var value any
		if err := members.Decode(&value); err != nil {
			return err
		}
		name, isName := key.(string)
		if cell, ok := value.(string); ok && isName && !strings.HasPrefix(name, "_") && !strings.HasSuffix(name, "-sort") {
			*r = append(*r, cell)
		}
	}
	return nil
}

func (r tableRow) node() *html.Node {
	tr := &html.Node{Type: html.ElementNode, DataAtom: atom.Tr, Data: "tr"}
	for _, cell := range r {
		td := &html.Node{Type: html.ElementNode, DataAtom: atom.Td, Data: "td"}
		nodes, err := html.ParseFragment(strings.NewReader(cell), td)
		if err != nil {
			continue
		}
		for _, n := range nodes {
			td.AppendChild(n)
		}
		tr.AppendChild(td)
	}
	return tr
}
