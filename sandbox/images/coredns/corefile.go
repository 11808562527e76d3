package main

import (
	"errors"
	"strings"

	"github.com/miekg/dns"
)

// settings is what this program needs of a Corefile.
type settings struct {
	zone     string   // the cluster's domain, fully qualified
	upstream []string // addresses, or the path of a resolv.conf
}

// parseCorefile reads the `kubernetes` and `forward` lines of kubeadm's Corefile and passes over every other line: those
// switch CoreDNS plugins that have no counterpart here.
func parseCorefile(text string) (settings, error) {
	var found settings
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), "{"))
		if len(words) < 2 {
			continue
		}
		switch {
		case words[0] == "kubernetes" && found.zone == "":
			found.zone = strings.ToLower(dns.Fqdn(words[1]))
		case words[0] == "forward" && len(words) > 2 && found.upstream == nil:
			found.upstream = words[2:]
		}
	}
	if found.zone == "" {
		return found, errors.New("no line `kubernetes ZONE`: nothing says which domain is the cluster's")
	}
	if found.upstream == nil {
		return found, errors.New("no line `forward . UPSTREAM`: nothing says where to send other names")
	}
	return found, nil
}
