package ingest

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is the longest address that the corpus takes, in bytes.
const maxURL = 1000

// parseURL reads an address of the web that carries no password.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // without the address, which is named already
		}
		return nil, refuse(shown(s), BadAddress, err, "is not an address of the web such as https://example.org/page")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, refuse(shown(s), BadAddress, nil, "only addresses that begin with https:// or http:// are fetched")
	case u.Hostname() == "":
		return nil, refuse(shown(s), BadAddress, nil, "the address names no site: write it as https://example.org/page")
	case u.User != nil:
		return nil, refuse(u.Redacted(), BadAddress, nil, "the address holds a name or password, which would be stored and shown: leave it out")
	case len(s) > maxURL:
		return nil, refuse(shown(s), BadAddress, nil, "the address is longer than %d bytes", maxURL)
	}
	return u, nil
}

// shown returns what is shown of an address or name, which may be hostile.
func shown(s string) string {
	const most = 200
	if u, err := url.Parse(s); err == nil && u.User != nil {
		s = u.Redacted()
	}
	s = clean(strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

// tracking are parameters that say how a reader came to a page, not which page
// it is; names that end in * are prefixes. They are the ones that campaigns and
// click counters of large advertisers and mailing services add.
var tracking = []string{"utm_*", "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "igshid",
	"mc_cid", "mc_eid", "_ga", "_gl", "at_medium", "at_campaign", "ocid", "cmpid", "ns_campaign", "ns_mchannel", "spm"}

func tracks(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(tracking, func(t string) bool {
		prefix, isPrefix := strings.CutSuffix(t, "*")
		return isPrefix && strings.HasPrefix(name, prefix) || name == t
	})
}

// plainURL returns an address without what says nothing about which page it is:
// the fragment, tracking parameters, a default port, capitals in the name of
// the host.
func plainURL(u *url.URL) *url.URL {
	p := *u
	p.Fragment, p.RawFragment = "", ""
	p.Host = strings.ToLower(p.Host)
	if port := p.Port(); port == "80" && p.Scheme == "http" || port == "443" && p.Scheme == "https" {
		p.Host = strings.TrimSuffix(p.Host, ":"+port)
	}
	if p.Path == "" {
		p.Path = "/"
	}
	// The order of the parameters stays: a server may mind it.
	var kept []string
	for part := range strings.SplitSeq(p.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !tracks(name) {
			kept = append(kept, part)
		}
	}
	p.RawQuery, p.ForceQuery = strings.Join(kept, "&"), false
	return &p
}

// pageKey returns what addresses of one page have in common: "" for what is no
// address of the web.
func pageKey(address string) string {
	u, err := parseURL(address)
	if err != nil {
		return ""
	}
	u = plainURL(u)
	query := strings.Split(u.RawQuery, "&")
	slices.Sort(query)
	key := siteOf(u) + strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		key += "?" + strings.Join(query, "&")
	}
	return key
}

// siteOf returns the host of an address and its port, without the names that
// sites give to their editions for telephones.
func siteOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.TrimSuffix(host, ".")
	for _, prefix := range []string{"www.", "m.", "amp.", "mobile."} {
		if rest, ok := strings.CutPrefix(host, prefix); ok && strings.Contains(rest, ".") {
			host = rest
			break
		}
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return host
}

// canonical returns the address that a page gives as its own, if it may: a page
// may name only its own site, or it could take the place of another's text.
func canonical(page *url.URL, declared string) *url.URL {
	u, err := page.Parse(strings.TrimSpace(declared))
	if err != nil || declared == "" {
		return page
	}
	if u, err = parseURL(u.String()); err != nil || siteOf(u) != siteOf(page) {
		return page
	}
	// Sites that name their front page as the home of every article are many.
	if strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && strings.Trim(page.Path, "/") != "" {
		return page
	}
	return u
}
