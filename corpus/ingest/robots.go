package ingest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// robots is what a site's robots.txt says to us (RFC 9309).
type robots struct {
	rules []rule
	none  bool // nothing may be fetched
}

type rule struct {
	pattern string
	allow   bool
}

// maxRobots is how much of a robots.txt is read, in bytes: the least that RFC
// 9309, section 2.5, asks for.
const maxRobots = 500 << 10

// product is the name by which a robots.txt can speak of this program.
const product = "rapporteur"

// parseRobots reads the rules of the groups that name the product, or else of
// those for everybody.
func parseRobots(body string) *robots {
	var ours, all []rule
	named := false
	var agents []string // of the group that is being read
	inRules := false
	for line := range strings.Lines(strings.TrimPrefix(body, "\uFEFF")) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if inRules {
				agents, inRules = nil, false
			}
			agent := strings.ToLower(value)
			agent, _, _ = strings.Cut(agent, "/")
			agents = append(agents, agent)
			named = named || agent == product
		case "allow", "disallow":
			inRules = true
			if value == "" {
				continue
			}
			r := rule{escaped(value), key == "allow"}
			for _, a := range agents {
				switch a {
				case product:
					ours = append(ours, r)
				case "*":
					all = append(all, r)
				}
			}
		}
	}
	if named {
		return &robots{rules: ours}
	}
	return &robots{rules: all}
}

// escaped writes the letters beyond ASCII as an address has them.
func escaped(pattern string) string {
	var b strings.Builder
	for _, c := range []byte(pattern) {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// allows reports whether a path, with its query, may be fetched: the longest
// pattern that fits decides, and Allow before Disallow of the same length.
func (r *robots) allows(path string) bool {
	if r.none {
		return false
	}
	longest, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > longest || n == longest && rule.allow) && fits(rule.pattern, path) {
			longest, allow = n, rule.allow
		}
	}
	return allow
}

// fits reports whether a pattern of robots.txt fits the beginning of a path: *
// is anything, and $ at the end is the path's end. It takes time in proportion
// to both lengths, whatever the pattern.
func fits(pattern, path string) bool {
	pattern, toEnd := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return !toEnd || rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	last := parts[len(parts)-1]
	if toEnd {
		return strings.HasSuffix(rest, last)
	}
	return strings.Contains(rest, last)
}
