//go:build !race

package ingest

const raceFactor = 1
