//go:build race

package crawler

// raceDetector is on: memory and time are a multiple of the product's.
const raceDetector = true
