// A Go program with something on its heap and a pprof endpoint. It prints its
// port, and ends when its stdin does.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
)

var kept [][]byte

//go:noinline
func keepBlocks(count int) {
	for i := 0; i < count; i++ {
		kept = append(kept, make([]byte, 4096))
	}
}

//go:noinline
func dropBlocks(count int) {
	for i := 0; i < count; i++ {
		kept[0] = make([]byte, 8192)
	}
}

func main() {
	runtime.MemProfileRate = 1
	keepBlocks(1000)
	dropBlocks(3000)
	runtime.GC()
	runtime.GC()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go http.Serve(listener, nil)
	io.Copy(io.Discard, os.Stdin)
}
