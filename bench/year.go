package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tresen/internal/privacy"
	"tresen/internal/shopyear"
)

// measureYear lives a year of a shop, says what retention would do in the years
// after it, and how long each look took.
func measureYear(ctx context.Context, dir string, customers int) error {
	root, err := os.MkdirTemp(dir, "tresen-year-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	v, s, err := openShop(ctx, filepath.Join(root, "shop"))
	if err != nil {
		return err
	}
	defer v.Close()
	defer s.Close()
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.Local)
	began := time.Now()
	ledger, err := shopyear.Live(ctx, shopyear.Config{Store: s, Seed: 1, Customers: customers, From: from})
	if err != nil {
		return err
	}
	fmt.Printf("A year of %s people and %s messages, lived in %s.\n\n| on | due | people leave | took |\n| --- | ---: | ---: | ---: |\n",
		thousands(len(ledger.People)), thousands(ledger.Messages()), short(time.Since(began)))
	for _, months := range []int{12, 14, 18, 24, 36, 48, 84, 108} {
		at := from.AddDate(0, months, 0)
		began := time.Now()
		plan, err := privacy.NewKeeper(privacy.KeeperConfig{Store: s, Now: func() time.Time { return at }}).Plan(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %d | %s |\n", at.Format(time.DateOnly), len(plan.Items), len(plan.Customers), short(time.Since(began)))
	}
	return nil
}
