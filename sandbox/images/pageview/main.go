// The workshop's second application (chapter 1, activity 1.01 with redis): a web server that counts its visitors.
// Rebuilt from its description, since the published image cannot be pulled in the sandbox: same port, text, log line, redis
// address and key, and the same way to fail.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The service must be called db: the name is in the program, there is no setting for it.
const redis = "db:6379"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		log.Printf("Ping from %s", r.RemoteAddr)
		visits, err := increment("pv")
		if err != nil {
			// As in the original: net/http recovers, the visitor sees a closed connection, the container lives on.
			panic(err)
		}
		fmt.Fprintf(w, "Hello, you're visitor #%d.\n", visits)
	})
	log.Fatal(http.ListenAndServe("0.0.0.0:8080", nil))
}

// increment asks redis to add one to key and returns the sum.
func increment(key string) (int64, error) {
	connection, err := net.DialTimeout("tcp", redis, 5*time.Second)
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(3 * time.Second)); err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintf(connection, "*2\r\n$4\r\nINCR\r\n$%d\r\n%s\r\n", len(key), key); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return 0, err
	}
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, ":") {
		return 0, fmt.Errorf("redis at %s answered %q to INCR %s", redis, line, key)
	}
	return strconv.ParseInt(line[1:], 10, 64)
}
