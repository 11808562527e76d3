package main

import (
	"net"
	"strings"

	"github.com/miekg/dns"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	corev1 "k8s.io/client-go/listers/core/v1"
)

const ttl = 30 // seconds, as in kubeadm's Corefile

// zone answers for the cluster's own names from the API server's lists.
type zone struct {
	name      string // "cluster.local."
	services  corev1.ServiceLister
	endpoints corev1.EndpointsLister
}

// reply answers a query for a name in the zone, or for the address of a Service; nil means: not ours, ask upstream.
func (z *zone) reply(query *dns.Msg) *dns.Msg {
	question := query.Question[0]
	name := strings.ToLower(question.Name)
	if !dns.IsSubDomain(z.name, name) {
		target := z.reverse(name)
		if target == "" || question.Qtype != dns.TypePTR {
			return nil
		}
		return authoritative(query, &dns.PTR{Hdr: header(question.Name, dns.TypePTR), Ptr: target})
	}
	relative := strings.TrimSuffix(strings.TrimSuffix(name, z.name), ".")
	addresses, alias, exists := z.lookup(strings.Split(relative, "."), relative == "")
	var answers []dns.RR
	if alias != "" {
		answers = append(answers, &dns.CNAME{Hdr: header(question.Name, dns.TypeCNAME), Target: dns.Fqdn(alias)})
	} else if question.Qtype == dns.TypeA || question.Qtype == dns.TypeANY {
		for _, address := range addresses {
			answers = append(answers, &dns.A{Hdr: header(question.Name, dns.TypeA), A: address})
		}
	}
	reply := authoritative(query, answers...)
	if !exists {
		reply.Rcode = dns.RcodeNameError
	}
	if len(answers) == 0 { // resolvers cache a "no" for as long as the SOA says
		reply.Ns = []dns.RR{&dns.SOA{Hdr: header(z.name, dns.TypeSOA), Ns: "ns.dns." + z.name, Mbox: "hostmaster." + z.name,
			Serial: 1, Refresh: 7200, Retry: 1800, Expire: 86400, Minttl: 5}}
	}
	return reply
}

// lookup finds what the labels before the zone's name stand for: addresses or an alias; exists is false for NXDOMAIN.
func (z *zone) lookup(path []string, apex bool) (addresses []net.IP, alias string, exists bool) {
	last := len(path) - 1
	switch {
	case apex:
		return nil, "", true
	case path[last] == "pod" && last == 2: // 172-17-0-5.default.pod: the address itself ("pods insecure")
		address := net.ParseIP(strings.ReplaceAll(path[0], "-", ".")).To4()
		if address == nil {
			return nil, "", false
		}
		return []net.IP{address}, "", true
	case path[last] != "svc" || last > 3:
		return nil, "", false
	case last == 0:
		return nil, "", true
	case last == 1: // NAMESPACE.svc has no address but exists, or resolvers that walk down the name stop there
		services, err := z.services.Services(path[0]).List(labels.Everything())
		return nil, "", err == nil && len(services) > 0
	}
	service, err := z.services.Services(path[last-1]).Get(path[last-2])
	if err != nil {
		return nil, "", false
	}
	host := "" // the pod's label in POD.SERVICE.NAMESPACE.svc, for headless Services only
	if last == 3 {
		host = path[0]
	}
	switch {
	case host != "" && service.Spec.ClusterIP != v1.ClusterIPNone:
		return nil, "", false
	case service.Spec.Type == v1.ServiceTypeExternalName:
		return nil, service.Spec.ExternalName, true
	case service.Spec.ClusterIP == v1.ClusterIPNone:
		addresses = z.headless(service, host)
		return addresses, "", host == "" || len(addresses) > 0
	}
	return []net.IP{net.ParseIP(service.Spec.ClusterIP)}, "", true
}

// header is the same for every record but for its name and type.
func header(name string, kind uint16) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: ttl}
}

// authoritative makes a positive reply to query.
func authoritative(query *dns.Msg, answers ...dns.RR) *dns.Msg {
	reply := new(dns.Msg).SetReply(query)
	reply.Authoritative, reply.RecursionAvailable, reply.Answer = true, true, answers
	return reply
}
