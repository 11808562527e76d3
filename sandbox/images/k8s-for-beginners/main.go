// The workshop's first application (chapter 1, exercise 1.01): a web server that greets.
// Rebuilt from its description, since the published image cannot be pulled in the sandbox: same port, text and log line.
package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		log.Printf("Ping from %s", r.RemoteAddr)
		fmt.Fprintln(w, "Hello Kubernetes Beginners!")
	})
	log.Fatal(http.ListenAndServe("0.0.0.0:8080", nil))
}
