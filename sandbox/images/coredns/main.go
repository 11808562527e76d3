// A small cluster DNS that stands in for CoreDNS 1.7.0 in the sandbox, where no CoreDNS can be had.
//
// It takes CoreDNS's arguments, reads the cluster's zone and the upstream from kubeadm's Corefile, runs under kubeadm's coredns
// service account, answers for Services and Pods from the API server's own lists, and forwards everything else.
// It says in its first log line what it is.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/miekg/dns"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	conf := flag.String("conf", "Corefile", "the Corefile to read the zone and the upstream from")
	flag.Parse()

	text, err := os.ReadFile(*conf)
	if err != nil {
		log.Fatalf("cannot read the Corefile: %v", err)
	}
	settings, err := parseCorefile(string(text))
	if err != nil {
		log.Fatalf("%s: %v", *conf, err)
	}
	forward, err := newForwarder(settings.upstream)
	if err != nil {
		log.Fatalf("%s: %v", *conf, err)
	}
	log.Printf("workshop-lab DNS, a stand-in for CoreDNS 1.7.0: zone %s, everything else to %v", settings.zone, forward.servers)

	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatalf("not running in a cluster: %v", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatalf("cannot make a client for the API server: %v", err)
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	services := factory.Core().V1().Services()
	endpoints := factory.Core().V1().Endpoints()
	zone := &zone{name: settings.zone, services: services.Lister(), endpoints: endpoints.Lister()}
	// Asking for the informers before Start is what makes Start run them.
	servicesSynced, endpointsSynced := services.Informer().HasSynced, endpoints.Informer().HasSynced

	stop := make(chan struct{})
	factory.Start(stop)
	// Two listeners, udp and tcp; ready is when both listen, which they only do after the first complete lists.
	var listening int32
	serveHTTP(":8080", "/health", func() bool { return true })
	serveHTTP(":8181", "/ready", func() bool { return atomic.LoadInt32(&listening) == 2 })
	// No limit here: the kubelet's readiness probe is the one that says how long is too long.
	cache.WaitForCacheSync(stop, servicesSynced, endpointsSynced)
	dns.HandleFunc(".", func(w dns.ResponseWriter, query *dns.Msg) { answer(w, query, zone, forward) })
	for _, network := range []string{"udp", "tcp"} {
		server := &dns.Server{Addr: ":53", Net: network, NotifyStartedFunc: func() { atomic.AddInt32(&listening, 1) }}
		go func() { log.Fatalf("%s port 53: %v", server.Net, server.ListenAndServe()) }()
	}
	log.Printf("the lists of Services and Endpoints are complete; answering on port 53")

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	log.Printf("stopping: %v", <-signals)
	close(stop)
}

// serveHTTP answers 200 "OK" on address and path while good says so, else 503.
func serveHTTP(address, path string, good func() bool) {
	mux := http.NewServeMux()
	mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		if !good() {
			http.Error(w, "waiting for the first lists from the API server", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("OK"))
	})
	go func() { log.Fatalf("http %s: %v", address, http.ListenAndServe(address, mux)) }()
}
