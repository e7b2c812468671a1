package profile

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// Limits of ice breakers and commands. Where Meta's guide and its OpenAPI
// differ, the smaller number. (Meta docs: Conversational components.)
const (
	MaxPrompts     = 3
	MaxPrompt      = 80 // characters
	MaxCommands    = 30
	MaxCommandName = 30
	MaxCommandHint = 256
)

// ValidateAutomation names the field: "prompts.0", "commands.1.name",
// "commands.1.hint".
func ValidateAutomation(a cloudapi.Automation) error {
	if len(a.Prompts) > MaxPrompts {
		return inbox.InvalidField("prompts", "more than three")
	}
	for i, prompt := range a.Prompts {
		field := "prompts." + strconv.Itoa(i)
		if err := checkText(field, strings.TrimSpace(prompt), Limit{Min: 1, Max: MaxPrompt}, false); err != nil {
			return err
		}
		if strings.IndexFunc(prompt, isEmoji) >= 0 {
			return inbox.InvalidField(field, "holds an emoji, which WhatsApp refuses here")
		}
	}
	if len(a.Commands) > MaxCommands {
		return inbox.InvalidField("commands", "more than thirty")
	}
	seen := map[string]bool{}
	for i, command := range a.Commands {
		field := "commands." + strconv.Itoa(i)
		if err := checkText(field+".name", command.Name, Limit{Min: 1, Max: MaxCommandName}, false); err != nil {
			return err
		}
		switch name := strings.ToLower(command.Name); {
		case strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' }) >= 0:
			return inbox.InvalidField(field+".name", "not one word without a slash")
		case seen[name]:
			return inbox.InvalidField(field+".name", "there twice")
		default:
			seen[name] = true
		}
		if err := checkText(field+".hint", strings.TrimSpace(command.Hint), Limit{Min: 1, Max: MaxCommandHint}, false); err != nil {
			return err
		}
	}
	return nil
}

// isEmoji is wide on purpose: pictographs, their joiners, flags and variation
// selectors, but not letters, digits or currency signs.
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF ||
		r == 0xFE0F || r == 0x200D || r == 0x20E3 || r >= 0xE0020 && r <= 0xE007F
}

// SaveAutomation checks, writes and reads back. If it is unclear whether the
// write arrived, what is read decides.
func SaveAutomation(ctx context.Context, client *cloudapi.Client, a cloudapi.Automation) (cloudapi.Automation, error) {
	if err := ValidateAutomation(a); err != nil {
		return cloudapi.Automation{}, err
	}
	writeErr := client.UpdateAutomation(ctx, a)
	if writeErr != nil && !cloudapi.IsAmbiguous(writeErr) {
		return cloudapi.Automation{}, writeErr
	}
	after, err := client.Automation(ctx)
	if err != nil {
		if writeErr != nil {
			return cloudapi.Automation{}, writeErr
		}
		return cloudapi.Automation{}, err
	}
	same := slices.Equal(after.Prompts, a.Prompts) && slices.Equal(after.Commands, a.Commands) && after.Welcome == a.Welcome
	if writeErr != nil && !same {
		return after, writeErr
	}
	return after, nil
}
