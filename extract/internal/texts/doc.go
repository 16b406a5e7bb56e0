// Package texts looks at strings: how they are compared, what they begin with,
// which words they have. It knows no page; what the words of languages are, the
// package words says.
package texts
