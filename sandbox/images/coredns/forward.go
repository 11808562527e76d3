package main

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// forwarder asks other name servers, one after the other.
type forwarder struct{ servers []string }

// newForwarder takes addresses with or without a port, or the path of a resolv.conf.
func newForwarder(upstream []string) (*forwarder, error) {
	f := &forwarder{}
	for _, where := range upstream {
		if !strings.HasPrefix(where, "/") {
			if _, _, err := net.SplitHostPort(where); err != nil {
				where = net.JoinHostPort(where, "53")
			}
			f.servers = append(f.servers, where)
			continue
		}
		config, err := dns.ClientConfigFromFile(where)
		if err != nil {
			return nil, fmt.Errorf("upstream %s: %v", where, err)
		}
		for _, server := range config.Servers {
			f.servers = append(f.servers, net.JoinHostPort(server, config.Port))
		}
	}
	return f, nil
}

// ask sends query on over network (udp or tcp) and returns the first answer, or SERVFAIL if no server gives one.
func (f *forwarder) ask(query *dns.Msg, network string) *dns.Msg {
	client := &dns.Client{Net: network, Timeout: 2 * time.Second}
	for _, server := range f.servers {
		if reply, _, err := client.Exchange(query.Copy(), server); err == nil || reply != nil && reply.Truncated {
			reply.Id = query.Id
			return reply
		}
	}
	return new(dns.Msg).SetRcode(query, dns.RcodeServerFailure)
}

// answer replies to one query, from the zone if the name is the cluster's, else from upstream.
func answer(w dns.ResponseWriter, query *dns.Msg, zone *zone, forward *forwarder) {
	network := w.LocalAddr().Network()
	var reply *dns.Msg
	switch {
	case len(query.Question) != 1:
		reply = new(dns.Msg).SetRcode(query, dns.RcodeFormatError)
	default:
		if reply = zone.reply(query); reply == nil {
			reply = forward.ask(query, network)
		}
	}
	if network == "udp" {
		limit := dns.MinMsgSize
		if options := query.IsEdns0(); options != nil && int(options.UDPSize()) > limit {
			limit = int(options.UDPSize())
		}
		if reply.Len() > limit { // the client asks again over tcp
			reply.Truncated, reply.Answer, reply.Ns, reply.Extra = true, nil, nil, nil
		}
	}
	_ = w.WriteMsg(reply)
}
