// A program whose heap profile has inlined calls, sizes of all kinds and both
// live and freed objects. Writes it to the file named first.
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

var kept [][]byte

func leaf(size int) { kept = append(kept, make([]byte, size)) }

func middle(size int) {
	for i := 0; i < 50; i++ {
		leaf(size)
	}
	if size > 2000 {
		leaf(size * 3)
	}
}

func temporary(size int) []byte { return make([]byte, size) }

func main() {
	runtime.MemProfileRate = 1
	for i := 1; i < 40; i++ {
		middle(i * 100)
		_ = append(temporary(i*50), 1)
	}
	kept = kept[:len(kept)/2]
	runtime.GC()
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := pprof.Lookup("allocs").WriteTo(file, 0); err != nil {
		panic(err)
	}
	file.Close()
}
