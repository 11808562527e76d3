package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/miekg/dns"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1 "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// testZone has a normal, a headless and an alias Service in the namespace "default".
func testZone() *zone {
	index := func(objects ...interface{}) cache.Indexer {
		indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
		for _, object := range objects {
			_ = indexer.Add(object)
		}
		return indexer
	}
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: "default"} }
	return &zone{
		name: "cluster.local.",
		services: corev1.NewServiceLister(index(
			&v1.Service{ObjectMeta: meta("db"), Spec: v1.ServiceSpec{ClusterIP: "10.96.0.7"}},
			&v1.Service{ObjectMeta: meta("many"), Spec: v1.ServiceSpec{ClusterIP: v1.ClusterIPNone}},
			&v1.Service{ObjectMeta: meta("away"), Spec: v1.ServiceSpec{Type: v1.ServiceTypeExternalName, ExternalName: "example.org"}},
		)),
		endpoints: corev1.NewEndpointsLister(index(&v1.Endpoints{ObjectMeta: meta("many"), Subsets: []v1.EndpointSubset{{
			Addresses:         []v1.EndpointAddress{{IP: "172.17.0.4", Hostname: "one"}, {IP: "172.17.0.5"}},
			NotReadyAddresses: []v1.EndpointAddress{{IP: "172.17.0.6"}},
		}}})),
	}
}

func TestReply(t *testing.T) {
	for _, c := range []struct {
		name  string
		qtype uint16
		want  string // the rcode and each answer's last field; "upstream" for a name that is not ours
	}{
		{"db.default.svc.cluster.local.", dns.TypeA, "NOERROR 10.96.0.7"},
		{"DB.Default.svc.Cluster.Local.", dns.TypeA, "NOERROR 10.96.0.7"},
		{"db.default.svc.cluster.local.", dns.TypeAAAA, "NOERROR"},
		{"db.other.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"x.db.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"many.default.svc.cluster.local.", dns.TypeA, "NOERROR 172.17.0.4 172.17.0.5"},
		{"one.many.default.svc.cluster.local.", dns.TypeA, "NOERROR 172.17.0.4"},
		{"172-17-0-5.many.default.svc.cluster.local.", dns.TypeA, "NOERROR 172.17.0.5"},
		{"172-17-0-6.many.default.svc.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"away.default.svc.cluster.local.", dns.TypeA, "NOERROR example.org."},
		{"172-17-0-9.default.pod.cluster.local.", dns.TypeA, "NOERROR 172.17.0.9"},
		{"x.default.pod.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"default.svc.cluster.local.", dns.TypeA, "NOERROR"},
		{"db.cluster.local.", dns.TypeA, "NXDOMAIN"},
		{"cluster.local.", dns.TypeA, "NOERROR"},
		{"7.0.96.10.in-addr.arpa.", dns.TypePTR, "NOERROR db.default.svc.cluster.local."},
		{"8.0.96.10.in-addr.arpa.", dns.TypePTR, "upstream"},
		{"db.", dns.TypeA, "upstream"},
	} {
		got := "upstream"
		if reply := testZone().reply(new(dns.Msg).SetQuestion(c.name, c.qtype)); reply != nil {
			got = dns.RcodeToString[reply.Rcode]
			for _, record := range reply.Answer {
				fields := strings.Fields(record.String())
				got += " " + fields[len(fields)-1]
			}
			if wire, err := reply.Pack(); err != nil || len(wire) == 0 {
				t.Errorf("%s: cannot be sent: %v", c.name, err)
			}
		}
		if got != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, dns.TypeToString[c.qtype], got, c.want)
		}
	}
}

func TestParseCorefile(t *testing.T) {
	text := ".:53 {\n    errors\n    health {\n       lameduck 5s\n    }\n    kubernetes Cluster.Local in-addr.arpa ip6.arpa {\n" +
		"       ttl 30\n    }\n    forward . /etc/resolv.conf {\n       max_concurrent 1000\n    }\n    loop\n}\n"
	got, err := parseCorefile(text)
	want := settings{zone: "cluster.local.", upstream: []string{"/etc/resolv.conf"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for _, word := range []string{"kubernetes", "forward"} {
		if _, err := parseCorefile(strings.ReplaceAll(text, word, "nothing")); err == nil || !strings.Contains(fmt.Sprint(err), word) {
			t.Errorf("a Corefile without %s: error %v does not name it", word, err)
		}
	}
}
