package main

import (
	"net"
	"strings"

	"github.com/miekg/dns"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// headless lists the addresses behind a Service without an address of its own, all of them or those of one host.
func (z *zone) headless(service *v1.Service, host string) (found []net.IP) {
	endpoints, err := z.endpoints.Endpoints(service.Namespace).Get(service.Name)
	if err != nil {
		return nil
	}
	for _, subset := range endpoints.Subsets {
		addresses := subset.Addresses
		if service.Spec.PublishNotReadyAddresses {
			addresses = append(append([]v1.EndpointAddress{}, addresses...), subset.NotReadyAddresses...)
		}
		for _, address := range addresses {
			if host == "" || host == address.Hostname || host == strings.ReplaceAll(address.IP, ".", "-") {
				found = append(found, net.ParseIP(address.IP))
			}
		}
	}
	return found
}

// reverse names the Service that has the address of an in-addr.arpa name, or "".
func (z *zone) reverse(name string) string {
	if !strings.HasSuffix(name, ".in-addr.arpa.") {
		return ""
	}
	services, err := z.services.List(labels.Everything())
	if err != nil {
		return ""
	}
	for _, service := range services {
		if reversed, err := dns.ReverseAddr(service.Spec.ClusterIP); err == nil && reversed == name {
			return service.Name + "." + service.Namespace + ".svc." + z.name
		}
	}
	return ""
}
