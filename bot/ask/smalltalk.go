package ask

import (
	"slices"
	"strings"
	"unicode"
)

// greetings are the words of messages that ask for nothing: a greeting or
// thanks in the languages people write to the bot in.
var greetings = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`hi hello hey hiya yo good morning afternoon evening day greetings there bot thanks
		thank you much very so ok okay bye goodbye
		привіт вітаю добрий день ранок доброго дня ранку вечір вечора здрастуйте дякую спасибі щиро бувай
		привет здравствуйте доброе утро добрый вечер спасибо пока
		hallo servus moin guten tag morgen abend grüß gott danke schön vielen dank tschüss
		bonjour salut bonsoir merci hola buenos días buenas tardes gracias ciao buongiorno grazie
		cześć dzień dobry dziękuję salut bună ziua mulțumesc`) {
		m[w] = true
	}
	return m
}()

// isThanks reports whether a text is nothing but thanks or agreement.
func isThanks(text string) bool {
	if !isGreeting(text) {
		return false
	}
	words := letters(text)
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"thanks", "thank", "ok", "okay", "дякую", "спасибі", "спасибо", "danke", "dank", "merci", "gracias", "grazie", "dziękuję", "mulțumesc"}, w)
	})
}

// isGreeting reports whether a text is nothing but a greeting or thanks.
func isGreeting(text string) bool {
	n := 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if n++; !greetings[w] || n > 5 {
			return false
		}
	}
	return n > 0
}
