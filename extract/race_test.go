//go:build race

package extract

// raceDetector is on: memory and time are a multiple of the product's.
const raceDetector = true
