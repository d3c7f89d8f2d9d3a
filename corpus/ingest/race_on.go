//go:build race

package ingest

// raceFactor is how much more memory and time a child gets under the race detector,
// which takes 5 to 10 times the memory and up to 20 times the time
// (https://go.dev/doc/articles/race_detector).
const raceFactor = 10
