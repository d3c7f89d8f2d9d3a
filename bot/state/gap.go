package state

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Gap is a question that the sources did not answer.
type Gap struct {
	Question    Question
	Times       int
	First, Last time.Time // UTC, to the second
	// Askers are the people who asked, each by a number that is the same wherever
	// they stand among the gaps of one call, and says nothing else. Of questions
	// older than the count of people, there are none.
	Askers []int
}

// Gaps returns up to limit refused questions: those that most people asked, then
// those that were asked most often, then last.
func (s *Store) Gaps(ctx context.Context, limit int) ([]Gap, error) {
	var out []Gap
	at := make(map[string]int)
	err := s.each(ctx, "read refused questions", func(scan func(...any) error) error {
		var g Gap
		var key, options string
		var first, last int64
		if err := scan(&key, &g.Question.Text, &options, &g.Times, &first, &last); err != nil {
			return err
		}
		if err := g.Question.setOptions(options); err != nil {
			return err
		}
		g.First, g.Last = time.Unix(first, 0).UTC(), time.Unix(last, 0).UTC()
		at[key] = len(out)
		out = append(out, g)
		return nil
	}, `SELECT key, text, options, times, first, last FROM refused LEFT JOIN
			(SELECT key AS asked, count(*) AS people FROM askers GROUP BY key) ON key = asked
		ORDER BY coalesce(people, 0) DESC, times DESC, last DESC, key LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	people := make(map[string]int)
	err = s.each(ctx, "read who asked", func(scan func(...any) error) error {
		var key string
		var person sql.RawBytes
		if err := scan(&key, &person); err != nil {
			return err
		}
		i, ok := at[key]
		if !ok {
			return nil
		}
		n, ok := people[string(person)]
		if !ok {
			n = len(people)
			people[string(person)] = n
		}
		out[i].Askers = append(out[i].Askers, n)
		return nil
	}, "SELECT key, person FROM askers ORDER BY key, person")
	if err != nil {
		return nil, err
	}
	return out, nil
}

// each calls take with the rows of a query, one after the other. take must not
// use the store.
func (s *Store) each(ctx context.Context, what string, take func(scan func(...any) error) error, query string, args ...any) (err error) {
	if s == nil {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("state: %s: %w", what, s.explain(ended(ctx, err)))
		}
	}()
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
