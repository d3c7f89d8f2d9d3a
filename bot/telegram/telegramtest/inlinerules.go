package telegramtest

import (
	"fmt"
	"regexp"
)

// offerRule is a limit of what is offered inline, with the word by which the
// server refuses what breaks it.
type offerRule struct {
	source  string
	refusal string
	breach  func(fields map[string]any) string
}

// inlineRules are for answerInlineQuery.
var inlineRules = []offerRule{
	{"Bot API, answerInlineQuery: no more than 50 results", "RESULTS_TOO_MUCH", func(p map[string]any) string {
		if list, _ := p["results"].([]any); len(list) > 50 {
			return fmt.Sprintf("%d results", len(list))
		}
		return ""
	}},
	{"Bot API, InlineQueryResultArticle, id: unique identifier", "RESULT_ID_DUPLICATE", func(p map[string]any) string {
		seen := map[any]bool{}
		for _, r := range objects(p["results"]) {
			if seen[r["id"]] {
				return fmt.Sprintf("two results have the id %q", r["id"])
			}
			seen[r["id"]] = true
		}
		return ""
	}},
	{"Bot API, answerInlineQuery, cache_time: seconds", "wrong cache time", func(p map[string]any) string {
		if n, ok := integer(p["cache_time"]); ok && n < 0 {
			return fmt.Sprintf("cache_time is %d", n)
		}
		return ""
	}},
	{"Bot API, answerInlineQuery, next_offset: can't exceed 64 bytes", "NEXT_OFFSET_INVALID", func(p map[string]any) string {
		if offset, _ := p["next_offset"].(string); len(offset) > 64 {
			return fmt.Sprintf("next_offset has %d bytes", len(offset))
		}
		return ""
	}},
	{"Bot API, InlineQueryResultsButton: text, and exactly one of the optional fields", "BUTTON_INVALID", func(p map[string]any) string {
		button, ok := p["button"].(map[string]any)
		if !ok {
			return ""
		}
		_, app := button["web_app"]
		_, start := button["start_parameter"]
		if text, _ := button["text"].(string); text == "" || app == start {
			return "the button above the results lacks its text or its one action"
		}
		return ""
	}},
	{"Bot API, InlineQueryResultsButton, start_parameter: 1-64 of A-Z, a-z, 0-9, _ and -", "START_PARAM_INVALID", func(p map[string]any) string {
		button, _ := p["button"].(map[string]any)
		if start, ok := button["start_parameter"].(string); ok && !startParameter.MatchString(start) {
			return fmt.Sprintf("start_parameter is %q", start)
		}
		return ""
	}},
}

var startParameter = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// resultRules are for each result, and for what answerGuestQuery takes.
var resultRules = []offerRule{
	{"this server reads no other results than articles of text", "this server reads articles only", func(r map[string]any) string {
		message, _ := r["input_message_content"].(map[string]any)
		if _, text := message["message_text"]; r["type"] != "article" || !text {
			return fmt.Sprintf("a result of type %v without text", r["type"])
		}
		return ""
	}},
	{"Bot API, InlineQueryResultArticle, id: 1-64 bytes", "RESULT_ID_INVALID", func(r map[string]any) string {
		if id, _ := r["id"].(string); len(id) < 1 || len(id) > 64 {
			return fmt.Sprintf("id of a result has %d bytes", len(id))
		}
		return ""
	}},
	{"Bot API, InlineQueryResultArticle, title: title of the result", "title must be non-empty", func(r map[string]any) string {
		if title, _ := r["title"].(string); title == "" {
			return fmt.Sprintf("result %v has no title", r["id"])
		}
		return ""
	}},
}

// checkOffer holds what is offered inline to its rules.
func (s *Server) checkOffer(c Call) {
	if c.Method == "answerInlineQuery" {
		for _, r := range inlineRules {
			if breach := r.breach(c.Params); breach != "" {
				s.violate("%s: %s (%s)", c.Method, breach, r.source)
			}
		}
	}
	for _, fields := range results(c) {
		for _, r := range resultRules {
			if breach := r.breach(fields); breach != "" {
				s.violate("%s: %s (%s)", c.Method, breach, r.source)
			}
		}
	}
}

// results are the inline results in a call.
func results(c Call) []map[string]any {
	switch c.Method {
	case "answerInlineQuery":
		return objects(c.Params["results"])
	case "answerGuestQuery":
		return objects([]any{c.Params["result"]})
	}
	return nil
}

func objects(v any) (list []map[string]any) {
	items, _ := v.([]any)
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			list = append(list, o)
		}
	}
	return list
}
