// Package dom makes a page of bytes: charset, tree, and the flat list of nodes in
// which the rooms above look for their fields. Bytes and Options go in, a Page
// comes out; its errors are ErrTooLarge, ErrTooDeep, ErrEmpty and those of
// charsets.
//
// A walk over a page counts through Page.Nodes. The nodes of a subtree are those
// from its own to before its End, so a subtree is left out by a jump:
//
//	for i := d.Body; i < d.Nodes[d.Body].End; {
//		if n := &d.Nodes[i]; n.Hints&dom.HintNav != 0 {
//			i = n.End
//			continue
//		}
//		i++
//	}
//
// What a node is, its Flags say (IsText, IsHidden, InLink …); what its classes
// call it, its Hints. Hints are weak: they add to what the structure tells.
// Lengths of text are bytes without white space.
//
// The package also holds what every reader of pages needs: text and lines of a
// subtree, absolute addresses, the dates of a text in the page's language, the
// values that the rules of sources and presets select, and the writer of clean
// HTML.
package dom
