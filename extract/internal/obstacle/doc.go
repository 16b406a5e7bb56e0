// Package obstacle tells pages that are no news although they were answered with
// 200: captchas, logins, "not found", maintenance, shells that only a browser
// fills, and pages that send their readers on.
package obstacle
