package command

import "testing"

var sink *Spec

func BenchmarkLookup(b *testing.B) {
	for _, name := range []string{"get", "SET", "IncrByFloat", "nosuchcommand"} {
		b.Run(name, func(b *testing.B) {
			raw := []byte(name)
			b.ReportAllocs()
			for b.Loop() {
				sink = Lookup(raw)
			}
		})
	}
}

func BenchmarkAppendKeys(b *testing.B) {
	for _, line := range []string{"set k v", "mget a b c d", "del k"} {
		b.Run(line, func(b *testing.B) {
			args := words(line)
			s := Resolve(args)
			var keys []KeyRef
			b.ReportAllocs()
			for b.Loop() {
				keys, _ = s.AppendKeys(keys[:0], args)
			}
		})
	}
}

func BenchmarkKeyRange(b *testing.B) {
	args := words("mset a 1 b 2")
	s := Resolve(args)
	b.ReportAllocs()
	for b.Loop() {
		s.KeyRange(args)
	}
}
