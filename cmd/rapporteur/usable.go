package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// usableDiscord checks that something can come in from Discord by the ways set.
func (s settings) usableDiscord() error {
	key, listen := envName("discord-public-key"), envName("listen")
	switch {
	case s.DiscordNoGateway && s.DiscordKey == nil:
		return fmt.Errorf("%s is off: set %s, so that interactions can come by HTTP, or switch it on", envName("discord-gateway"), key)
	case s.DiscordKey != nil && s.Listen == "":
		return fmt.Errorf("%s is set: set %s too, to the address at which interactions come in", key, listen)
	}
	return nil
}

// usableCorpus checks that there is a folder to keep, where one is to be kept.
func (s settings) usableCorpus() error {
	name := ""
	switch {
	case s.Corpus != "":
		return nil
	case s.Watch:
		name = "watch"
	case s.FetchEvery > 0:
		name = "fetch-every"
	default:
		return nil
	}
	return fmt.Errorf("%s is set: set %s too, to the folder of texts; those that come with Rapporteur do not change", envName(name), envName("corpus"))
}

// usableTelegram checks that something can come in from Telegram by the way set.
func (s settings) usableTelegram() error {
	if s.TelegramHook != "" && s.Listen == "" {
		return fmt.Errorf("%s is set: set %s too, to the address at which updates come in", envName("telegram-webhook-url"), envName("listen"))
	}
	return nil
}

// operators are the ids of those who administer the bot on a platform.
func (s settings) operators(platform string) (ids []string) {
	for _, a := range s.Admins {
		if id, ok := strings.CutPrefix(a, platform+":"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// usableData makes the data folder, or explains why it cannot.
func (s settings) usableData() error {
	if s.Data == "" {
		return errors.New("there is no home folder to keep data in: set " + envName("data"))
	}
	err := os.MkdirAll(s.Data, 0o700)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the data folder %s cannot be made: permission denied; set %s to a folder you may write to", s.Data, envName("data"))
	case err != nil:
		return fmt.Errorf("the data folder %s cannot be made: %w", s.Data, err)
	}
	return nil
}
