package meaning

import (
	"context"
	"fmt"
	"testing"

	"rapporteur/index/encode"
)

func BenchmarkMaxSim(b *testing.B) {
	q, s := pairForBenchmark(b)
	for b.Loop() {
		q.MaxSim(s)
	}
}

func BenchmarkScan(b *testing.B) {
	q, s := pairForBenchmark(b)
	store, err := Open(context.Background(), encode.Builtin(), "", nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{10_000, 300_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := store.NewScan(n)
			for i := range n {
				some := append(Sketch(nil), s[:store.space.size(0)]...)
				for d := range 96 {
					some[4+d] = byte(i*d*7919>>3 + d)
				}
				x.Set(i, some)
			}
			for b.Loop() {
				x.Nearest(q, 48, func(int) bool { return true })
			}
		})
	}
}

func pairForBenchmark(b *testing.B) (*Question, Sketch) {
	store, err := Open(context.Background(), encode.Builtin(), "", nil)
	if err != nil {
		b.Fatal(err)
	}
	text := "The ministers of defence agreed in Geneva that the force would be led from Paris and paid for by all."
	if err := store.Add(context.Background(), []string{text}); err != nil {
		b.Fatal(err)
	}
	q, err := store.Question(context.Background(), "Who leads the force in Ukraine?")
	if err != nil {
		b.Fatal(err)
	}
	s, _ := store.Sketch(KeyOf(text))
	return q, s
}
